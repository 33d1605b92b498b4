import type { Operator } from './operator.js';
import { outputSize, readWindow, windowAttributes, windowAttributesOf } from './window.js';

/** Maximum over windows of x [N, C, H, W]; the second output is where in x each maximum stands. */
export const MaxPool: Operator = {
  name: 'MaxPool',
  attributes: { ...windowAttributes, ceil_mode: 'int', storage_order: 'int' },
  shape: (view) => {
    const x = view.input(0);
    const window = readWindow(view, x);
    if (view.int('ceil_mode', 0) !== 0) view.unsupported('ceil_mode 1');
    if (view.int('storage_order', 0) !== 0) view.unsupported('storage_order 1');
    const [n, channels, height, width] = x.shape as [number, number, number, number];
    const shape = [
      n,
      channels,
      outputSize(view, window, height, 0),
      outputSize(view, window, width, 1),
    ];
    return [
      { type: x.type, shape },
      { type: 'int64', shape },
    ];
  },
  gradient: ({ g, view, gradients: [dy], inputs: [x] }) => {
    if (!dy || !x) return [];
    const { group: _, ...window } = windowAttributesOf(readWindow(view, x));
    return [g.apply('MaxPoolGradient', [x, dy], window, { domain: 'autograd' })];
  },
};
