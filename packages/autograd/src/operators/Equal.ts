import { comparison } from './comparison.js';

export const Equal = comparison('Equal', (a, b) => a === b);
