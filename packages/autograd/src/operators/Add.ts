import { binaryShape, sumTo } from './broadcast.js';
import { elementwise } from './evaluate.js';
import type { Operator } from './operator.js';

export const Add: Operator = {
  name: 'Add',
  shape: binaryShape,
  evaluate: elementwise((a, b) => a + b),
  gradient: ({ g, wants, gradients: [dy], inputs: [a, b] }) => {
    if (!dy || !a || !b) return [];
    return [
      wants(0) ? sumTo(g, dy, a.shape) : undefined,
      wants(1) ? sumTo(g, dy, b.shape) : undefined,
    ];
  },
};
