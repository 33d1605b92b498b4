import { unary } from './unary.js';

export const Sigmoid = unary('Sigmoid', (g, dy, _x, y) =>
  g.apply('Mul', [dy, g.apply('Mul', [y, g.apply('Sub', [g.scalar(1), y])])]),
);
