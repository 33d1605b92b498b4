import type { ModelSpec } from '../models/index.js';
import type { Recipe } from './recipe.js';

/** A network of ours, or one from a file, which has no levels that are known. */
type SupervisedSpec = Pick<ModelSpec, 'architecture' | 'depth'> | { readonly architecture: 'onnx' };

/** Levels of resolution whose logits are held against the truth in training, from the full one on. */
export function supervisedLevels(
  { deepSupervision }: Pick<Recipe, 'deepSupervision'>,
  spec: SupervisedSpec,
): number {
  return deepSupervision && spec.architecture !== 'onnx' ? spec.depth - 1 : 1;
}

/** What a network has to be for deep supervision, where it is not that; undefined where it can have it. */
export function deepSupervisionFault(
  { deepSupervision }: Pick<Recipe, 'deepSupervision'>,
  spec: SupervisedSpec,
): string | undefined {
  if (!deepSupervision) return undefined;
  if (spec.architecture !== 'unet') return 'a U-Net, whose decoder has coarser levels';
  return spec.depth < 3 ? 'a depth of at least 3: with 2 there is no coarser level' : undefined;
}

/** Weights of the levels' losses: each half of the finer one's, together 1. */
export function levelWeights(levels: number): readonly number[] {
  const halves = Array.from({ length: levels }, (_, level) => 2 ** -level);
  const sum = halves.reduce((total, weight) => total + weight, 0);
  return halves.map((weight) => weight / sum);
}

/**
 * Truth maps at half the resolution: of each 2 x 2 block the greatest value. So a block that holds vessel
 * (1) is vessel, thin ones are not lost, and one that holds an ignored pixel (255) does not count.
 *
 * @param truth squares of `side`, an even number, one after the other.
 */
export function halvedTruth(truth: Float32Array, side: number): Float32Array {
  const half = side / 2;
  const halved = new Float32Array(truth.length / 4);
  for (let i = 0, row = 0; i < halved.length; row++) {
    let at = 2 * row * side;
    for (const end = i + half; i < end; i++, at += 2)
      halved[i] = Math.max(
        truth[at] as number,
        truth[at + 1] as number,
        truth[at + side] as number,
        truth[at + side + 1] as number,
      );
  }
  return halved;
}
