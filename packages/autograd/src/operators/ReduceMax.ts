import { reduction } from './reduction.js';

/** The places that hold the maximum share its gradient equally (a subgradient). */
export const ReduceMax = reduction('ReduceMax', (g, dy, x, y) => {
  const axes = x.shape.flatMap((size, axis) => (size !== y.shape[axis] ? [axis] : []));
  // Every reduced axis is of size 1; and to ReduceSum, no axes would mean all of them.
  if (axes.length === 0) return dy;
  const differs = g.apply('Sign', [g.apply('Abs', [g.apply('Sub', [x, y])])]);
  const holds = g.apply('Sub', [g.scalar(1), differs]);
  const ties = g.apply('ReduceSum', [holds, g.ints(axes)], { keepdims: 1 });
  return g.apply('Mul', [holds, g.apply('Div', [dy, ties])]);
});
