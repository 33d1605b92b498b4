import type { Operator } from './operator.js';
import { readWindow, windowAttributes } from './window.js';

/**
 * Gradient of Conv with respect to its input: (dy [N, O, …], weight [O, C/group, kh, kw]) gives
 * [N, C, …input_size]. Abstract: a pass replaces it by a form the device runs well.
 */
export const ConvInputGradient: Operator = {
  name: 'ConvInputGradient',
  domain: 'autograd',
  attributes: { ...windowAttributes, group: 'int', input_size: 'ints' },
  shape: (view) => {
    const [dy, weight] = [view.input(0), view.input(1)];
    const { group } = readWindow(view, dy, weight);
    const size = view.ints('input_size') ?? view.fail('attribute input_size is missing');
    return [
      {
        type: dy.type,
        shape: [dy.shape[0] as number, (weight.shape[1] as number) * group, ...size],
      },
    ];
  },
};
