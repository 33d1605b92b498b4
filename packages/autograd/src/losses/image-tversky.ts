import type { GraphBuilder } from '../builder.js';
import type { Value } from '../operators/operator.js';
import { perImage, type TruthPlanes } from './truth.js';

export interface TverskyWeights {
  /** Weight of false positives, from 0. */
  readonly alpha: number;
  /** Weight of false negatives, from 0. */
  readonly beta: number;
}

/**
 * The Tversky loss of each image, summed over the images: 1 - (2 TP + 1) / (2 TP + 2 alpha FP + 2 beta FN + 1)
 * with TP = sum(p y), FP = sum(p (1 - y)), FN = sum((1 - p) y) over the image's pixels that count and
 * p = sigmoid(logits). With alpha = beta = 1/2 it is the soft Dice loss 1 - (2 TP + 1) / (sum(p) + sum(y) + 1).
 *
 * A ratio of sums over a batch would not be the sum of anything over its parts; a ratio for each image is.
 * An image without positive pixels costs its false positives; one in which no pixel counts costs 0.
 */
export function tverskyCost(
  g: GraphBuilder,
  logits: Value,
  { positive, negative }: TruthPlanes,
  { alpha, beta }: TverskyWeights,
): Value {
  const times = (value: Value, factor: number) => g.apply('Mul', [value, g.scalar(factor)]);
  const probability = g.apply('Sigmoid', [logits]);
  const missed = g.apply('Sigmoid', [g.apply('Neg', [logits])]);
  const found = perImage(g, g.apply('Mul', [probability, positive]));
  const wrong = g.apply('Add', [
    times(perImage(g, g.apply('Mul', [probability, negative])), 2 * alpha),
    times(perImage(g, g.apply('Mul', [missed, positive])), 2 * beta),
  ]);
  const right = g.apply('Add', [times(found, 2), g.scalar(1)]);
  const costs = g.apply('Div', [wrong, g.apply('Add', [right, wrong])]);
  return g.apply('ReduceSum', [costs], { keepdims: 0 });
}
