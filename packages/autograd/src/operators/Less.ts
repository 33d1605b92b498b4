import { comparison } from './comparison.js';

export const Less = comparison('Less', (a, b) => a < b);
