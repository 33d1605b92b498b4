import type { Value } from '../../operators/operator.js';
import { readWindow } from '../../operators/window.js';
import type { Form } from '../rewrite.js';

/**
 * With stride 1 the input gradient is a convolution of dy with the weight turned by 180 degrees and
 * its channel axes exchanged; otherwise a transposed convolution.
 */
export const convInputGradient: Form = (g, inputs, view) => {
  const [dy, weight] = inputs as [Value, Value];
  const window = readWindow(view, dy, weight);
  const { kernel, strides, dilations, pads, group } = window;
  const size = view.ints('input_size') as readonly [number, number];
  const reach = [0, 1].map((a) => (dilations[a] as number) * ((kernel[a] as number) - 1));
  const turnedPads = pads.map((pad, i) => (reach[i % 2] as number) - pad);
  if (strides.every((s) => s === 1) && group === 1 && turnedPads.every((p) => p >= 0)) {
    const [outputs, channels] = weight.shape as [number, number];
    const taps = kernel[0] * kernel[1];
    const exchanged = g.apply(
      'Transpose',
      [g.apply('Reshape', [weight, g.ints([outputs, channels, taps])])],
      { perm: [1, 0, 2] },
    );
    const turned =
      taps === 1
        ? exchanged
        : g.apply(
            'Gather',
            [exchanged, g.ints(Array.from({ length: taps }, (_, i) => taps - 1 - i))],
            { axis: 2 },
          );
    const kernelOf = g.apply('Reshape', [turned, g.ints([channels, outputs, ...kernel])]);
    return [g.apply('Conv', [dy, kernelOf], { kernel_shape: kernel, dilations, pads: turnedPads })];
  }
  // Rows and columns of the input that no window reached lie at the end: output_padding adds them.
  const extra = [0, 1].map(
    (a) =>
      (size[a] as number) -
      ((strides[a] as number) * ((dy.shape[a + 2] as number) - 1) +
        (reach[a] as number) +
        1 -
        (pads[a] as number) -
        (pads[a + 2] as number)),
  );
  return [
    g.apply('ConvTranspose', [dy, weight], {
      kernel_shape: kernel,
      strides,
      dilations,
      pads,
      group,
      output_padding: extra,
    }),
  ];
};
