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

/**
 * A loss that is linear in all its sums but those that the target alone decides, its divisors: with the
 * divisors of a whole batch in their place, the losses of the batch's parts, and so their gradients, add up
 * to the loss of the batch. Pixels whose target is neither 0 nor 1 do not count (`truthPlanes`).
 */
export interface SummedLoss<Name extends string = string> extends Loss<Name> {
  /** Names of those sums. */
  readonly divisors: readonly (Name & keyof TruthCounts)[];
}

/** What a target alone decides. */
export interface TruthCounts {
  /** Pixels of 1, of 0, and of both together. */
  readonly positives: number;
  readonly negatives: number;
  readonly pixels: number;
  /** Images in which a pixel counts. */
  readonly images: number;
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

/** A count to divide by: 1 where it is 0, so that a mean over nothing is 0. */
export function atLeastOne(g: GraphBuilder, count: Value): Value {
  return g.apply('Max', [count, g.scalar(1)]);
}
