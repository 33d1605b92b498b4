import { reduction } from './reduction.js';

export const ReduceSumSquare = reduction('ReduceSumSquare', (g, dy, x) =>
  g.apply('Mul', [g.apply('Mul', [dy, g.scalar(2)]), x]),
);
