import { axisOf } from './axes.js';
import type { Operator } from './operator.js';

export const Softmax: Operator = {
  name: 'Softmax',
  attributes: { axis: 'int' },
  shape: (view) => {
    const { type, shape } = view.input(0);
    axisOf(view, view.int('axis', -1), shape.length);
    return [{ type, shape }];
  },
  gradient: ({ g, view, gradients: [dy], outputs: [y] }) => {
    if (!dy || !y) return [];
    const axis = axisOf(view, view.int('axis', -1), y.shape.length);
    const weighted = g.apply('Mul', [dy, y]);
    const sum = g.apply('ReduceSum', [weighted, g.ints([axis])], { keepdims: 1 });
    return [g.apply('Sub', [weighted, g.apply('Mul', [y, sum])])];
  },
};
