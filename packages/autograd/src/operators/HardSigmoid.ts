import type { Operator } from './operator.js';
import { above } from './step-function.js';

/** max(0, min(1, alpha x + beta)). */
export const HardSigmoid: Operator = {
  name: 'HardSigmoid',
  attributes: { alpha: 'float', beta: 'float' },
  shape: (view) => [{ type: view.input(0).type, shape: view.input(0).shape }],
  gradient: ({ g, view, gradients: [dy], outputs: [y] }) => {
    if (!dy || !y) return [];
    // y (1 - y) is positive just where the slope is alpha.
    const inside = above(g, g.apply('Mul', [y, g.apply('Sub', [g.scalar(1), y])]));
    return [g.apply('Mul', [dy, g.apply('Mul', [inside, g.scalar(view.float('alpha', 0.2))])])];
  },
};
