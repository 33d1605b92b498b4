import type { GraphBuilder } from '../builder.js';
import type { Value } from '../operators/operator.js';
import type { TruthCounts } from './loss.js';

/** A target [N, 1, H, W] taken apart; both planes are 0 where a pixel does not count. */
export interface TruthPlanes {
  readonly positive: Value;
  readonly negative: Value;
}

/** 1 where the target is 1, and where it is 0; any number from 2, such as 255, is in neither plane. */
export function truthPlanes(g: GraphBuilder, target: Value): TruthPlanes {
  const [zero, one] = [g.scalar(0), g.scalar(1)];
  const rest = g.apply('Sub', [one, target]);
  const unlessBelow = (value: Value) => g.apply('Max', [value, zero]);
  return {
    positive: unlessBelow(g.apply('Sub', [one, g.apply('Abs', [rest])])),
    negative: unlessBelow(rest),
  };
}

/** A sum for each image: [N] of [N, C, H, W]. */
export function perImage(g: GraphBuilder, value: Value): Value {
  return g.apply('ReduceSum', [value, g.ints([1, 2, 3])], { keepdims: 0 });
}

/** How many images have a pixel that counts. */
export function countedImages(g: GraphBuilder, { positive, negative }: TruthPlanes): Value {
  const pixels = perImage(g, g.apply('Add', [positive, negative]));
  return g.apply('ReduceSum', [g.apply('Min', [pixels, g.scalar(1)])], { keepdims: 0 });
}

/** The same counts of a target's numbers, `images` images one after the other. */
export function countTruth(target: ArrayLike<number>, images: number): TruthCounts {
  const size = target.length / images;
  let [positives, negatives, counted] = [0, 0, 0];
  for (let image = 0, i = 0; image < images; image++) {
    const before = positives + negatives;
    for (const end = (image + 1) * size; i < end; i++) {
      if (target[i] === 1) positives++;
      else if (target[i] === 0) negatives++;
    }
    if (positives + negatives > before) counted++;
  }
  return { positives, negatives, pixels: positives + negatives, images: counted };
}
