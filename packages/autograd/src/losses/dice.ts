import type { GraphBuilder } from '../builder.js';
import type { Value } from '../operators/operator.js';

/**
 * Soft Dice loss over the whole batch, 1 - (2 sum(p y) + 1) / (sum(p) + sum(y) + 1) with
 * p = sigmoid(logits) (Milletari et al. 2016, smoothed by 1). A scalar in [0, 1).
 */
export function dice(g: GraphBuilder, logits: Value, target: Value): Value {
  const one = g.scalar(1);
  const sum = (v: Value) => g.apply('ReduceSum', [v], { keepdims: 0 });
  const probability = g.apply('Sigmoid', [logits]);
  const shared = g.apply('Mul', [g.scalar(2), sum(g.apply('Mul', [probability, target]))]);
  const total = g.apply('Add', [sum(probability), sum(target)]);
  return g.apply('Sub', [
    one,
    g.apply('Div', [g.apply('Add', [shared, one]), g.apply('Add', [total, one])]),
  ]);
}
