import { atLeastOne, type SummedLoss, total } from './loss.js';
import { truthPlanes } from './truth.js';

/**
 * Binary cross-entropy from logits, its mean over positive pixels (targets of 1) plus `negativeWeight`
 * times its mean over negative ones (targets of 0); any other target does not count. A mean over no pixel is
 * 0, where the notebook's is NaN.
 */
export function balancedBce(
  negativeWeight: number,
): SummedLoss<'positiveCost' | 'positives' | 'negativeCost' | 'negatives'> {
  return {
    name: 'balanced-bce',
    divisors: ['positives', 'negatives'],
    sums: (g, logits, target) => {
      const { positive, negative } = truthPlanes(g, target);
      // -log sigmoid(z) = softplus(-z) and -log(1 - sigmoid(z)) = softplus(z): no overflow anywhere.
      const positiveCost = g.apply('Softplus', [g.apply('Neg', [logits])]);
      const negativeCost = g.apply('Softplus', [logits]);
      return {
        positiveCost: total(g, g.apply('Mul', [positiveCost, positive])),
        positives: total(g, positive),
        negativeCost: total(g, g.apply('Mul', [negativeCost, negative])),
        negatives: total(g, negative),
      };
    },
    combine: (g, { positiveCost, positives, negativeCost, negatives }) => {
      const negativeMean = g.apply('Div', [negativeCost, atLeastOne(g, negatives)]);
      return g.apply('Add', [
        g.apply('Div', [positiveCost, atLeastOne(g, positives)]),
        g.apply('Mul', [negativeMean, g.scalar(negativeWeight)]),
      ]);
    },
    value: ({ positiveCost, positives, negativeCost, negatives }) =>
      positiveCost / Math.max(1, positives) +
      (negativeWeight * negativeCost) / Math.max(1, negatives),
  };
}
