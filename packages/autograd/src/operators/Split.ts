import { axisOf } from './axes.js';
import type { Operator } from './operator.js';

export const Split: Operator = {
  name: 'Split',
  attributes: { axis: 'int' },
  shape: (view) => {
    const { type, shape } = view.input(0);
    const axis = axisOf(view, view.int('axis', 0), shape.length);
    const sizes = view.constant(1) ?? view.unsupported('a split into equal parts without sizes');
    const total = sizes.reduce((a, b) => a + b, 0);
    if (total !== shape[axis] || sizes.some((size) => size < 0))
      view.fail(`sizes [${sizes}] add up to ${total}, axis ${axis} has ${shape[axis]}`);
    return sizes.map((size) => ({ type, shape: shape.map((s, a) => (a === axis ? size : s)) }));
  },
  gradient: ({ g, view, gradients, inputs: [x], outputs }) => {
    if (!x) return [];
    const parts = outputs.map((y, i) => gradients[i] ?? (y && g.zeros(y.shape)));
    return [g.apply('Concat', parts, { axis: axisOf(view, view.int('axis', 0), x.shape.length) })];
  },
};
