import { type Loss, total } from './loss.js';

/** Mean binary cross-entropy from logits; targets from 0 to 1. */
export function bce(): Loss<'cost' | 'pixels'> {
  return {
    name: 'bce',
    sums: (g, logits, target) => {
      // softplus(z) - z y, split so that no large numbers cancel: y softplus(-z) + (1 - y) softplus(z).
      const other = g.apply('Sub', [g.scalar(1), target]);
      const costs = g.apply('Add', [
        g.apply('Mul', [target, g.apply('Softplus', [g.apply('Neg', [logits])])]),
        g.apply('Mul', [other, g.apply('Softplus', [logits])]),
      ]);
      return {
        cost: total(g, costs),
        pixels: g.apply('Add', [total(g, target), total(g, other)]),
      };
    },
    combine: (g, { cost, pixels }) => g.apply('Div', [cost, pixels]),
    value: ({ cost, pixels }) => cost / pixels,
  };
}
