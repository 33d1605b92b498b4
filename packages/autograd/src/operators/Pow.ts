import { binaryShape, sumTo } from './broadcast.js';
import type { Operator } from './operator.js';

export const Pow: Operator = {
  name: 'Pow',
  shape: binaryShape,
  gradient: ({ g, wants, gradients: [dy], inputs: [a, b], outputs: [y] }) => {
    if (!dy || !a || !b || !y) return [];
    return [
      wants(0)
        ? sumTo(
            g,
            g.apply('Mul', [
              dy,
              g.apply('Mul', [b, g.apply('Pow', [a, g.apply('Sub', [b, g.scalar(1)])])]),
            ]),
            a.shape,
          )
        : undefined,
      wants(1)
        ? sumTo(g, g.apply('Mul', [dy, g.apply('Mul', [y, g.apply('Log', [a])])]), b.shape)
        : undefined,
    ];
  },
};
