import type { Operator } from './operator.js';
import { above } from './step-function.js';

/** x where it is above 0, alpha (exp x - 1) elsewhere; there the derivative is the result plus alpha. */
export const Elu: Operator = {
  name: 'Elu',
  attributes: { alpha: 'float' },
  shape: (view) => [{ type: view.input(0).type, shape: view.input(0).shape }],
  gradient: ({ g, view, gradients: [dy], inputs: [x], outputs: [y] }) => {
    if (!dy || !x || !y) return [];
    const positive = above(g, x);
    const negative = g.apply('Sub', [g.scalar(1), positive]);
    const below = g.apply('Add', [y, g.scalar(view.float('alpha', 1))]);
    const slope = g.apply('Add', [positive, g.apply('Mul', [negative, below])]);
    return [g.apply('Mul', [dy, slope])];
  },
};
