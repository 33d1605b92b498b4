import { unary } from './unary.js';

export const Tanh = unary('Tanh', (g, dy, _x, y) =>
  g.apply('Mul', [dy, g.apply('Sub', [g.scalar(1), g.apply('Mul', [y, y])])]),
);
