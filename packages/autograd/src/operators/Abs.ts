import { unary } from './unary.js';

export const Abs = unary('Abs', (g, dy, x) => g.apply('Mul', [dy, g.apply('Sign', [x])]));
