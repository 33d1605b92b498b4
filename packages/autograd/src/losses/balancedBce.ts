import type { GraphBuilder } from '../builder.js';
import type { Value } from '../operators/operator.js';

/**
 * Binary cross-entropy from logits, its mean over positive pixels plus `negativeWeight` times its mean
 * over negative pixels; a mean over no pixel is 0. `logits` and `target` (0 or 1) have one shape; the
 * result is a scalar.
 */
export function balancedBce(
  g: GraphBuilder,
  logits: Value,
  target: Value,
  { negativeWeight }: { readonly negativeWeight: number },
): Value {
  const one = g.scalar(1);
  const negative = g.apply('Sub', [one, target]);
  // -log sigmoid(z) = softplus(-z) and -log(1 - sigmoid(z)) = softplus(z): no overflow anywhere.
  const positiveCost = g.apply('Softplus', [g.apply('Neg', [logits])]);
  const negativeCost = g.apply('Softplus', [logits]);
  const mean = (cost: Value, chosen: Value) => {
    const sum = (v: Value) => g.apply('ReduceSum', [v], { keepdims: 0 });
    const count = g.apply('Max', [sum(chosen), one]);
    return g.apply('Div', [sum(g.apply('Mul', [cost, chosen])), count]);
  };
  return g.apply('Add', [
    mean(positiveCost, target),
    g.apply('Mul', [mean(negativeCost, negative), g.scalar(negativeWeight)]),
  ]);
}
