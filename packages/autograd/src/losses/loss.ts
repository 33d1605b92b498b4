import type { GraphBuilder } from '../builder.js';
import type { Value } from '../operators/operator.js';

/**
 * A loss made of sums over pixels, so that the loss of a batch, and that of a whole validation set seen
 * image by image, are one formula on smaller or larger sums. `logits` and `target` have one shape.
 */
export interface Loss<Name extends string = string> {
  readonly name: string;
  /** The sums over everything in the tensors: scalars, additive over images. */
  sums(g: GraphBuilder, logits: Value, target: Value): Readonly<Record<Name, Value>>;
  /** The loss as a graph value: a scalar. */
  combine(g: GraphBuilder, sums: Readonly<Record<Name, Value>>): Value;
  /** The same formula on numbers. */
  value(sums: Readonly<Record<Name, number>>): number;
}

/** The loss of one batch: a scalar. */
export function lossOf<Name extends string>(
  g: GraphBuilder,
  loss: Loss<Name>,
  logits: Value,
  target: Value,
): Value {
  return loss.combine(g, loss.sums(g, logits, target));
}

export function total(g: GraphBuilder, value: Value): Value {
  return g.apply('ReduceSum', [value], { keepdims: 0 });
}
