import { comparison } from './comparison.js';

export const GreaterOrEqual = comparison('GreaterOrEqual', (a, b) => a >= b);
