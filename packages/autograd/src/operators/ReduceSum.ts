import { reduction } from './reduction.js';

export const ReduceSum = reduction('ReduceSum', (g, dy, x) =>
  g.apply('Expand', [dy, g.ints(x.shape)]),
);
