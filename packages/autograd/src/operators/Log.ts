import { unary } from './unary.js';

export const Log = unary('Log', (g, dy, x) => g.apply('Div', [dy, x]));
