import { unary } from './unary.js';

export const Exp = unary('Exp', (g, dy, _x, y) => g.apply('Mul', [dy, y]));
