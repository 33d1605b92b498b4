import { reduction } from './reduction.js';

export const ReduceMean = reduction('ReduceMean', (g, dy, x, _y, count) =>
  g.apply('Expand', [g.apply('Mul', [dy, g.scalar(1 / count)]), g.ints(x.shape)]),
);
