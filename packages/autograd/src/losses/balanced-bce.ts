import { type Loss, total } from './loss.js';

/**
 * Binary cross-entropy from logits, its mean over positive pixels plus `negativeWeight` times its mean
 * over negative pixels (targets are 0 or 1). A mean over no pixel is 0, where the notebook's is NaN.
 */
export function balancedBce(
  negativeWeight: number,
): Loss<'positiveCost' | 'positives' | 'negativeCost' | 'negatives'> {
  return {
    name: 'balanced-bce',
    sums: (g, logits, target) => {
      const negative = g.apply('Sub', [g.scalar(1), target]);
      // -log sigmoid(z) = softplus(-z) and -log(1 - sigmoid(z)) = softplus(z): no overflow anywhere.
      const positiveCost = g.apply('Softplus', [g.apply('Neg', [logits])]);
      const negativeCost = g.apply('Softplus', [logits]);
      return {
        positiveCost: total(g, g.apply('Mul', [positiveCost, target])),
        positives: total(g, target),
        negativeCost: total(g, g.apply('Mul', [negativeCost, negative])),
        negatives: total(g, negative),
      };
    },
    combine: (g, { positiveCost, positives, negativeCost, negatives }) => {
      const atLeastOne = (count: typeof positives) => g.apply('Max', [count, g.scalar(1)]);
      const negativeMean = g.apply('Div', [negativeCost, atLeastOne(negatives)]);
      return g.apply('Add', [
        g.apply('Div', [positiveCost, atLeastOne(positives)]),
        g.apply('Mul', [negativeMean, g.scalar(negativeWeight)]),
      ]);
    },
    value: ({ positiveCost, positives, negativeCost, negatives }) =>
      positiveCost / Math.max(1, positives) +
      (negativeWeight * negativeCost) / Math.max(1, negatives),
  };
}
