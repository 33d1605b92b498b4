import { unary } from './unary.js';

export const Identity = unary('Identity', (_g, dy) => dy);
