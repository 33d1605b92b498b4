import { broadcastShapes, sumTo } from './broadcast.js';
import { broadcastPlace, picked } from './evaluate.js';
import type { Operator } from './operator.js';

export const Expand: Operator = {
  name: 'Expand',
  shape: (view) => {
    const { type, shape } = view.input(0);
    const wanted = view.constant(1) ?? view.fail('input 1 (shape) is missing');
    const result = broadcastShapes(shape, wanted);
    if (result === undefined || wanted.some((size) => size < 0))
      return view.fail(`[${shape}] does not expand to [${wanted}]`);
    return [{ type, shape: result }];
  },
  gradient: ({ g, gradients: [dy], inputs: [x] }) => [dy && x && sumTo(g, dy, x.shape)],
  evaluate: (view, [type]) => {
    const x = view.tensor(0);
    return x && type && picked(x, type, (index) => broadcastPlace(x.shape, index));
  },
};
