import type { Operator } from './operator.js';
import { readWindow, windowAttributes } from './window.js';

/**
 * Gradient of Conv with respect to its weight: (x [N, C, H, W], dy [N, O, …]) gives
 * [O, C/group, kh, kw]. Abstract: a pass replaces it by a form the device runs well.
 */
export const ConvWeightGradient: Operator = {
  name: 'ConvWeightGradient',
  domain: 'autograd',
  attributes: { ...windowAttributes, group: 'int' },
  shape: (view) => {
    const [x, dy] = [view.input(0), view.input(1)];
    const { kernel, group } = readWindow(view, x);
    return [
      {
        type: x.type,
        shape: [dy.shape[1] as number, (x.shape[1] as number) / group, ...kernel],
      },
    ];
  },
};
