import type { GraphBuilder } from '../builder.js';
import type { Value } from '../operators/operator.js';

/** Mean binary cross-entropy from logits; `logits` and `target` (0 to 1) have one shape. A scalar. */
export function bce(g: GraphBuilder, logits: Value, target: Value): Value {
  const cost = g.apply('Sub', [g.apply('Softplus', [logits]), g.apply('Mul', [logits, target])]);
  return g.apply('ReduceMean', [cost], { keepdims: 0 });
}
