import { broadcastShapes, sumTo } from './broadcast.js';
import type { Operator } from './operator.js';
import { above } from './step-function.js';

/** x where it is above 0, slope x elsewhere; the slope is broadcast to x. */
export const PRelu: Operator = {
  name: 'PRelu',
  shape: (view) => {
    const [x, slope] = [view.input(0), view.input(1)];
    if (broadcastShapes(x.shape, slope.shape)?.join() !== x.shape.join())
      view.fail(`a slope of shape [${slope.shape}] does not expand to [${x.shape}]`);
    return [{ type: x.type, shape: x.shape }];
  },
  gradient: ({ g, wants, gradients: [dy], inputs: [x, slope] }) => {
    if (!dy || !x || !slope) return [];
    const mul = (a: typeof x, b: typeof x) => g.apply('Mul', [a, b]);
    const positive = above(g, x);
    const negative = g.apply('Sub', [g.scalar(1), positive]);
    return [
      wants(0) ? mul(dy, g.apply('Add', [positive, mul(negative, slope)])) : undefined,
      wants(1) ? sumTo(g, mul(dy, mul(negative, x)), slope.shape) : undefined,
    ];
  },
};
