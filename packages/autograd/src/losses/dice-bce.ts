import { tverskyCost } from './image-tversky.js';
import { atLeastOne, type SummedLoss, total } from './loss.js';
import { countedImages, truthPlanes } from './truth.js';

/**
 * Soft Dice loss, its mean over images, plus binary cross-entropy, its mean over pixels, both from logits and
 * of equal weight (as nnU-Net's, Isensee et al. 2021, with batch_dice off). Targets other than 0 and 1 do not
 * count.
 */
export function diceBce(): SummedLoss<'overlapCost' | 'images' | 'cost' | 'pixels'> {
  return {
    name: 'dice-bce',
    divisors: ['images', 'pixels'],
    sums: (g, logits, target) => {
      const planes = truthPlanes(g, target);
      const { positive, negative } = planes;
      const costs = g.apply('Add', [
        g.apply('Mul', [g.apply('Softplus', [g.apply('Neg', [logits])]), positive]),
        g.apply('Mul', [g.apply('Softplus', [logits]), negative]),
      ]);
      return {
        overlapCost: tverskyCost(g, logits, planes, { alpha: 0.5, beta: 0.5 }),
        images: countedImages(g, planes),
        cost: total(g, costs),
        pixels: total(g, g.apply('Add', [positive, negative])),
      };
    },
    combine: (g, { overlapCost, images, cost, pixels }) =>
      g.apply('Add', [
        g.apply('Div', [overlapCost, atLeastOne(g, images)]),
        g.apply('Div', [cost, atLeastOne(g, pixels)]),
      ]),
    value: ({ overlapCost, images, cost, pixels }) =>
      overlapCost / Math.max(1, images) + cost / Math.max(1, pixels),
  };
}
