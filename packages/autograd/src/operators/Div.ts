import { binaryShape, sumTo } from './broadcast.js';
import { elementwise } from './evaluate.js';
import type { Operator } from './operator.js';

export const Div: Operator = {
  name: 'Div',
  shape: binaryShape,
  evaluate: elementwise((a, b) => a / b),
  gradient: ({ g, wants, gradients: [dy], inputs: [a, b], outputs: [y] }) => {
    if (!dy || !a || !b || !y) return [];
    return [
      wants(0) ? sumTo(g, g.apply('Div', [dy, b]), a.shape) : undefined,
      wants(1)
        ? sumTo(g, g.apply('Neg', [g.apply('Div', [g.apply('Mul', [dy, y]), b])]), b.shape)
        : undefined,
    ];
  },
};
