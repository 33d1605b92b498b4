import { unary } from './unary.js';

export const Neg = unary(
  'Neg',
  (g, dy) => g.apply('Neg', [dy]),
  (x) => -x,
);
