import { axisOf } from './axes.js';
import type { Operator } from './operator.js';

/** Picks entries along an axis; not differentiated. */
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
};
