import { elementCount, float32, numbers } from '../tensor.js';
import { axisOf } from './axes.js';
import { picked, stridesOf } from './evaluate.js';
import type { Operator } from './operator.js';

/**
 * Picks entries along an axis. The gradient goes back to the entries picked, from constant indices alone: a
 * product with the matrix that has a 1 where an index picks an entry sums what was picked more than once.
 */
export const Gather: Operator = {
  name: 'Gather',
  attributes: { axis: 'int' },
  shape: (view) => {
    const { type, shape } = view.input(0);
    const axis = axisOf(view, view.int('axis', 0), shape.length);
    return [
      { type, shape: [...shape.slice(0, axis), ...view.input(1).shape, ...shape.slice(axis + 1)] },
    ];
  },
  gradient: ({ g, view, gradients: [dy], inputs: [x] }) => {
    if (!dy || !x) return [];
    const axis = axisOf(view, view.int('axis', 0), x.shape.length);
    const size = x.shape[axis] as number;
    const picks = (view.constant(1) as number[]).map((i) => (i < 0 ? i + size : i));
    const matrix = new Float32Array(size * picks.length);
    for (const [k, i] of picks.entries()) matrix[i * picks.length + k] = 1;
    const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)].map(elementCount);
    const flat = g.apply('Reshape', [dy, g.ints([outer as number, picks.length, inner as number])]);
    const back = g.apply('MatMul', [g.constant(float32([size, picks.length], matrix)), flat]);
    return [g.apply('Reshape', [back, g.ints(x.shape)])];
  },
  evaluate: (view, [type]) => {
    const [x, indices] = [view.tensor(0), view.tensor(1)];
    if (x === undefined || indices === undefined || type === undefined) return undefined;
    const axis = axisOf(view, view.int('axis', 0), x.shape.length);
    const [size, rank] = [x.shape[axis] as number, indices.shape.length];
    const [strides, places] = [stridesOf(x.shape), stridesOf(indices.shape)];
    const wanted = numbers(indices).map((i) => (i < 0 ? i + size : i));
    if (wanted.some((i) => i < 0 || i >= size))
      view.fail(`picks [${numbers(indices)}] of ${size} entries along axis ${axis}`);
    return picked(x, type, (index) => {
      const at = index
        .slice(axis, axis + rank)
        .reduce((sum, i, a) => sum + i * (places[a] as number), 0);
      const along = [...index.slice(0, axis), wanted[at] as number, ...index.slice(axis + rank)];
      return along.reduce((place, i, a) => place + i * (strides[a] as number), 0);
    });
  },
};
