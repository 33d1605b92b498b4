import type { Operator } from './operator.js';

export const GlobalAveragePool: Operator = {
  name: 'GlobalAveragePool',
  shape: (view) => {
    const { type, shape } = view.input(0);
    return [{ type, shape: shape.map((size, axis) => (axis < 2 ? size : 1)) }];
  },
  gradient: ({ g, gradients: [dy], inputs: [x] }) => {
    if (!dy || !x) return [];
    const area = x.shape.slice(2).reduce((a, b) => a * b, 1);
    const share = g.apply('Mul', [dy, g.scalar(1 / area)]);
    return [g.apply('Expand', [share, g.ints(x.shape)])];
  },
};
