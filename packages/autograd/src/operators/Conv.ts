import type { Operator } from './operator.js';
import { outputSize, readWindow, windowAttributes, windowAttributesOf } from './window.js';

/**
 * Convolution (cross-correlation) of x [N, C, H, W] with a weight [O, C/group, kh, kw] and a bias [O].
 */
export const Conv: Operator = {
  name: 'Conv',
  attributes: { ...windowAttributes, group: 'int' },
  shape: (view) => {
    const [x, weight] = [view.input(0), view.input(1)];
    const window = readWindow(view, x, weight);
    const [n, channels, height, width] = x.shape as [number, number, number, number];
    const [outputs, perGroup] = weight.shape as [number, number];
    if (channels !== perGroup * window.group || outputs % window.group !== 0)
      view.fail(
        `input [${x.shape}] and weight [${weight.shape}] do not fit in ${window.group} group(s)`,
      );
    const bias = view.inputs[2];
    if (bias && bias.shape.join() !== `${outputs}`)
      view.fail(`bias of shape [${bias.shape}], expected [${outputs}]`);
    return [
      {
        type: x.type,
        shape: [
          n,
          outputs,
          outputSize(view, window, height, 0),
          outputSize(view, window, width, 1),
        ],
      },
    ];
  },
  gradient: ({ g, view, wants, gradients: [dy], inputs: [x, weight, bias] }) => {
    if (!dy || !x || !weight) return [];
    const window = windowAttributesOf(readWindow(view, x, weight));
    const domain = 'autograd';
    return [
      wants(0)
        ? g.apply(
            'ConvInputGradient',
            [dy, weight],
            { ...window, input_size: x.shape.slice(2) },
            { domain },
          )
        : undefined,
      wants(1) ? g.apply('ConvWeightGradient', [x, dy], window, { domain }) : undefined,
      bias && wants(2) ? g.apply('ReduceSum', [dy, g.ints([0, 2, 3])], { keepdims: 0 }) : undefined,
    ];
  },
};
