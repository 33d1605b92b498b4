import { unary } from './unary.js';

export const Sqrt = unary(
  'Sqrt',
  (g, dy, _x, y) => g.apply('Div', [dy, g.apply('Mul', [g.scalar(2), y])]),
  Math.sqrt,
);
