import { axisOf } from './axes.js';
import { sameData } from './evaluate.js';
import type { Operator } from './operator.js';

/** Reshape to a matrix: the sizes before the axis, and the rest. */
export const Flatten: Operator = {
  name: 'Flatten',
  attributes: { axis: 'int' },
  shape: (view) => {
    const { type, shape } = view.input(0);
    // The axis may equal the rank: all sizes then go into the first.
    const given = view.int('axis', 1);
    const axis = given === shape.length ? given : axisOf(view, given, shape.length);
    const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);
    return [{ type, shape: [product(shape.slice(0, axis)), product(shape.slice(axis))] }];
  },
  gradient: ({ g, gradients: [dy], inputs: [x] }) => [
    dy && x && g.apply('Reshape', [dy, g.ints(x.shape)]),
  ],
  evaluate: sameData,
};
