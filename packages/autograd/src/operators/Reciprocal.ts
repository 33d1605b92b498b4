import { unary } from './unary.js';

export const Reciprocal = unary('Reciprocal', (g, dy, _x, y) =>
  g.apply('Neg', [g.apply('Mul', [dy, g.apply('Mul', [y, y])])]),
);
