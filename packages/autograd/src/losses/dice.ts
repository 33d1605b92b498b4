import { type Loss, total } from './loss.js';

/**
 * Soft Dice loss over everything at once, 1 - (2 sum(p y) + 1) / (sum(p) + sum(y) + 1) with
 * p = sigmoid(logits) (Milletari et al. 2016, smoothed by 1): from 0 to 1.
 */
export function dice(): Loss<'shared' | 'predicted' | 'present'> {
  return {
    name: 'dice',
    sums: (g, logits, target) => {
      const probability = g.apply('Sigmoid', [logits]);
      return {
        shared: total(g, g.apply('Mul', [probability, target])),
        predicted: total(g, probability),
        present: total(g, target),
      };
    },
    combine: (g, { shared, predicted, present }) => {
      const one = g.scalar(1);
      const above = g.apply('Add', [g.apply('Mul', [g.scalar(2), shared]), one]);
      const below = g.apply('Add', [g.apply('Add', [predicted, present]), one]);
      return g.apply('Sub', [one, g.apply('Div', [above, below])]);
    },
    value: ({ shared, predicted, present }) => 1 - (2 * shared + 1) / (predicted + present + 1),
  };
}
