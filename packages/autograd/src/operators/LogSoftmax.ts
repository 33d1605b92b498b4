import { axisOf } from './axes.js';
import type { Operator } from './operator.js';

export const LogSoftmax: Operator = {
  name: 'LogSoftmax',
  attributes: { axis: 'int' },
  shape: (view) => {
    const { type, shape } = view.input(0);
    axisOf(view, view.int('axis', -1), shape.length);
    return [{ type, shape }];
  },
  gradient: ({ g, view, gradients: [dy], outputs: [y] }) => {
    if (!dy || !y) return [];
    const axis = axisOf(view, view.int('axis', -1), y.shape.length);
    const sum = g.apply('ReduceSum', [dy, g.ints([axis])], { keepdims: 1 });
    return [g.apply('Sub', [dy, g.apply('Mul', [g.apply('Exp', [y]), sum])])];
  },
};
