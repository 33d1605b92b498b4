import { above } from './step-function.js';
import { unary } from './unary.js';

/** The derivative is a step, 0 or 1, of the result; its product is faster than a Where. */
export const Relu = unary('Relu', (g, dy, _x, y) => g.apply('Mul', [dy, above(g, y)]));
