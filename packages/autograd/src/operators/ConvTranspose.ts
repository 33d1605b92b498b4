import type { Operator } from './operator.js';
import { readWindow, windowAttributes, windowAttributesOf } from './window.js';

/**
 * Transposed convolution of x [N, C, H, W] with a weight [C, O/group, kh, kw] and a bias [O]:
 * the input gradient of a convolution with that weight.
 */
export const ConvTranspose: Operator = {
  name: 'ConvTranspose',
  attributes: {
    ...windowAttributes,
    group: 'int',
    output_padding: 'ints',
    output_shape: 'ints',
  },
  shape: (view) => {
    const [x, weight] = [view.input(0), view.input(1)];
    const window = readWindow(view, x, weight);
    if (view.ints('output_shape')) view.unsupported('attribute output_shape');
    const extra = view.ints('output_padding') ?? [0, 0];
    const [n, channels] = x.shape as [number, number];
    const [inputs, perGroup] = weight.shape as [number, number];
    if (channels !== inputs || channels % window.group !== 0)
      view.fail(
        `input [${x.shape}] and weight [${weight.shape}] do not fit in ${window.group} group(s)`,
      );
    const outputs = perGroup * window.group;
    const bias = view.inputs[2];
    if (bias && bias.shape.join() !== `${outputs}`)
      view.fail(`bias of shape [${bias.shape}], expected [${outputs}]`);
    const size = (axis: 0 | 1) =>
      window.strides[axis] * ((x.shape[axis + 2] as number) - 1) +
      (extra[axis] ?? 0) +
      window.dilations[axis] * (window.kernel[axis] - 1) +
      1 -
      window.pads[axis] -
      (window.pads[axis + 2] as number);
    if (size(0) < 1 || size(1) < 1) view.fail(`output size ${size(0)} x ${size(1)} is empty`);
    return [{ type: x.type, shape: [n, outputs, size(0), size(1)] }];
  },
  gradient: ({ g, view, wants, gradients: [dy], inputs: [x, weight, bias] }) => {
    if (!dy || !x || !weight) return [];
    // Seen as a convolution from y's place to x's, dy is its input and x its output's gradient.
    const window = windowAttributesOf(readWindow(view, x, weight));
    return [
      wants(0) ? g.apply('Conv', [dy, weight], window) : undefined,
      wants(1) ? g.apply('ConvWeightGradient', [dy, x], window, { domain: 'autograd' }) : undefined,
      bias && wants(2) ? g.apply('ReduceSum', [dy, g.ints([0, 2, 3])], { keepdims: 0 }) : undefined,
    ];
  },
};
