import type { Operator } from './operator.js';

export const LeakyRelu: Operator = {
  name: 'LeakyRelu',
  attributes: { alpha: 'float' },
  shape: (view) => [{ type: view.input(0).type, shape: view.input(0).shape }],
  gradient: ({ g, view, gradients: [dy], inputs: [x] }) => {
    if (!dy || !x) return [];
    // Slope (1 + alpha)/2 + (1 - alpha)/2 * sign(x): alpha below 0, 1 above.
    const alpha = view.float('alpha', 0.01);
    const sign = g.apply('Sign', [x]);
    const slope = g.apply('Add', [
      g.apply('Mul', [sign, g.scalar((1 - alpha) / 2)]),
      g.scalar((1 + alpha) / 2),
    ]);
    return [g.apply('Mul', [dy, slope])];
  },
};
