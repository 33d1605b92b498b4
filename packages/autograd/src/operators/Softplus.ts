import { unary } from './unary.js';

export const Softplus = unary('Softplus', (g, dy, x) =>
  g.apply('Mul', [dy, g.apply('Sigmoid', [x])]),
);
