import { axisOf } from './axes.js';
import { sameData } from './evaluate.js';
import type { Operator } from './operator.js';

/** Drops axes of size 1: those named, or all. */
export const Squeeze: Operator = {
  name: 'Squeeze',
  shape: (view) => {
    const { type, shape } = view.input(0);
    const axes = view.constant(1)?.map((axis) => axisOf(view, axis, shape.length));
    for (const axis of axes ?? [])
      if (shape[axis] !== 1) view.fail(`axis ${axis} of [${shape}] is not of size 1`);
    return [{ type, shape: shape.filter((size, a) => (axes ? !axes.includes(a) : size !== 1)) }];
  },
  gradient: ({ g, gradients: [dy], inputs: [x] }) => [
    dy && x && g.apply('Reshape', [dy, g.ints(x.shape)]),
  ],
  evaluate: sameData,
};
