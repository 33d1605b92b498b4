import { comparison } from './comparison.js';

export const LessOrEqual = comparison('LessOrEqual', (a, b) => a <= b);
