import { comparison } from './comparison.js';

export const Greater = comparison('Greater', (a, b) => a > b);
