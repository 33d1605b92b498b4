import { float32, type Tensor } from '../tensor.js';
import type { Operator, Value } from './operator.js';
import { outputSize, readWindow, type Window, windowAttributes } from './window.js';

/** Mean over windows of x [N, C, H, W]; padding counts where count_include_pad is 1. */
export const AveragePool: Operator = {
  name: 'AveragePool',
  attributes: { ...windowAttributes, ceil_mode: 'int', count_include_pad: 'int' },
  shape: (view) => {
    const x = view.input(0);
    const window = readWindow(view, x);
    if (view.int('ceil_mode', 0) !== 0) view.unsupported('ceil_mode 1');
    const [n, channels, height, width] = x.shape as [number, number, number, number];
    return [
      {
        type: x.type,
        shape: [
          n,
          channels,
          outputSize(view, window, height, 0),
          outputSize(view, window, width, 1),
        ],
      },
    ];
  },
  gradient: ({ g, view, gradients: [dy], inputs: [x] }) => {
    if (!dy || !x) return [];
    const window = readWindow(view, x);
    const { kernel, strides, pads, dilations } = window;
    const area = kernel[0] * kernel[1];
    // A sum over windows is a depthwise convolution with ones; its input gradient is known.
    const channels = x.shape[1] as number;
    const ones = g.constant({
      type: 'float32',
      shape: [channels, 1, ...kernel],
      data: new Float32Array(channels * area).fill(1),
    });
    const counted = view.int('count_include_pad', 0) === 1;
    const share = counted ? g.scalar(1 / area) : g.constant(shares(window, x, dy));
    return [
      g.apply(
        'ConvInputGradient',
        [g.apply('Mul', [dy, share]), ones],
        {
          kernel_shape: kernel,
          strides,
          pads,
          dilations,
          group: channels,
          input_size: x.shape.slice(2),
        },
        { domain: 'autograd' },
      ),
    ];
  },
};

/** One over the number of pixels inside the image, for each place [1, 1, H, W] of the window. */
function shares({ kernel, strides, pads, dilations }: Window, x: Value, y: Value): Tensor {
  const counts = [0, 1].map((axis) =>
    Array.from({ length: y.shape[axis + 2] as number }, (_, i) => {
      let count = 0;
      for (let k = 0; k < (kernel[axis] as number); k++) {
        const at =
          i * (strides[axis] as number) + k * (dilations[axis] as number) - (pads[axis] as number);
        if (at >= 0 && at < (x.shape[axis + 2] as number)) count++;
      }
      return count;
    }),
  );
  const [rows, columns] = counts as [number[], number[]];
  return float32(
    [1, 1, rows.length, columns.length],
    rows.flatMap((row) => columns.map((column) => 1 / (row * column))),
  );
}
