import { type TverskyWeights, tverskyCost } from './image-tversky.js';
import { atLeastOne, type SummedLoss } from './loss.js';
import { countedImages, truthPlanes } from './truth.js';

/**
 * Tversky loss (Salehi et al. 2017) from logits, the mean over images in which a pixel counts: from 0 to 1.
 * Targets other than 0 and 1 do not count. Alpha weighs false positives, beta false negatives.
 */
export function tversky(weights: TverskyWeights): SummedLoss<'overlapCost' | 'images'> {
  return {
    name: 'tversky',
    divisors: ['images'],
    sums: (g, logits, target) => {
      const planes = truthPlanes(g, target);
      return {
        overlapCost: tverskyCost(g, logits, planes, weights),
        images: countedImages(g, planes),
      };
    },
    combine: (g, { overlapCost, images }) => g.apply('Div', [overlapCost, atLeastOne(g, images)]),
    value: ({ overlapCost, images }) => overlapCost / Math.max(1, images),
  };
}
