import { unary } from './unary.js';

/** The error function: its derivative is 2 / sqrt(pi) exp(-x^2). */
export const Erf = unary('Erf', (g, dy, x) => {
  const bell = g.apply('Exp', [g.apply('Neg', [g.apply('Mul', [x, x])])]);
  return g.apply('Mul', [dy, g.apply('Mul', [bell, g.scalar(2 / Math.sqrt(Math.PI))])]);
});
