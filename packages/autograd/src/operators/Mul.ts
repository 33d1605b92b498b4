import { binaryShape, sumTo } from './broadcast.js';
import { elementwise } from './evaluate.js';
import type { Operator } from './operator.js';

export const Mul: Operator = {
  name: 'Mul',
  shape: binaryShape,
  evaluate: elementwise((a, b) => a * b),
  gradient: ({ g, wants, gradients: [dy], inputs: [a, b] }) => {
    if (!dy || !a || !b) return [];
    return [
      wants(0) ? sumTo(g, g.apply('Mul', [dy, b]), a.shape) : undefined,
      wants(1) ? sumTo(g, g.apply('Mul', [dy, a]), b.shape) : undefined,
    ];
  },
};
