import type { Operator } from './operator.js';

/** The gradient passes where the result equals the input; min and max are not differentiated. */
export const Clip: Operator = {
  name: 'Clip',
  shape: (view) => [{ type: view.input(0).type, shape: view.input(0).shape }],
  gradient: ({ g, gradients: [dy], inputs: [x], outputs: [y] }) => {
    if (!dy || !x || !y) return [];
    const clipped = g.apply('Sign', [g.apply('Abs', [g.apply('Sub', [x, y])])]);
    return [g.apply('Mul', [dy, g.apply('Sub', [g.scalar(1), clipped])])];
  },
};
