import { binaryShape, sumTo } from './broadcast.js';
import type { Operator } from './operator.js';

export const Mul: Operator = {
  name: 'Mul',
  shape: binaryShape,
  gradient: ({ g, wants, gradients: [dy], inputs: [a, b] }) => {
    if (!dy || !a || !b) return [];
    return [
      wants(0) ? sumTo(g, g.apply('Mul', [dy, b]), a.shape) : undefined,
      wants(1) ? sumTo(g, g.apply('Mul', [dy, a]), b.shape) : undefined,
    ];
  },
};
