import type { GraphBuilder } from '../../builder.js';
import type { Value } from '../../operators/operator.js';
import { readWindow, type Window } from '../../operators/window.js';
import { elementCount } from '../../tensor.js';
import type { Form } from '../rewrite.js';
import { correlationProduct } from './correlation-product.js';

/**
 * Weight gradient of a convolution: dW[o, c, i, j] = sum over n, h, w of
 * dy[n, o, h, w] x[n, c, h s + i d - p, w s + j d - p].
 *
 * One matrix product holds every tap where dilation and group are 1 (correlationProduct); a stride s
 * is first turned into s*s times the channels at stride 1. Everything else is a convolution with dy
 * as the kernel.
 */
export const convWeightGradient: Form = (g, inputs, view) => {
  const [x, dy] = inputs as [Value, Value];
  const window = readWindow(view, x);
  const [sh, sw] = window.strides;
  if (window.group !== 1 || window.dilations.some((d) => d !== 1) || sh !== sw)
    return [convolutionWithGradient(g, x, dy, window)];
  const gradient = (x: Value, dy: Value) =>
    sh === 1 ? strideOne(g, x, dy, window) : strided(g, x, dy, window, sh);
  return [
    copiedBytes(x, dy, window) > mostCopied ? sampleBySample(g, x, dy, gradient) : gradient(x, dy),
  ];
};

/** Above this the copies of a batch cost more memory than a node for each sample costs time. */
const mostCopied = 64 * 2 ** 20;

/** About what correlationProduct copies: x once for each column of taps, dy once for each row. */
function copiedBytes(x: Value, dy: Value, { kernel, strides }: Window): number {
  const taps = kernel.map((k, a) => Math.ceil(k / (strides[a] as number))) as [number, number];
  return 4 * (taps[1] * elementCount(x.shape) + taps[0] * elementCount(dy.shape));
}

/** The sum of what each sample gives: the copies then exist for one sample at a time. */
function sampleBySample(
  g: GraphBuilder,
  x: Value,
  dy: Value,
  gradient: (x: Value, dy: Value) => Value,
): Value {
  const sizes = g.ints(Array(x.shape[0]).fill(1));
  const apart = (value: Value) => g.applyAll('Split', [value, sizes], { axis: 0 });
  const gradients = apart(dy);
  return apart(x)
    .map((sample, i) => gradient(sample, gradients[i] as Value))
    .reduce((sum, one) => g.apply('Add', [sum, one]));
}

function strideOne(g: GraphBuilder, x: Value, dy: Value, { kernel, pads }: Window): Value {
  return correlationProduct(g, paddedFor(g, x, dy, pads, kernel), dy, kernel);
}

/**
 * Taps i = s a + b of a strided convolution see only every s-th row, shifted by b: as channels of
 * their own (SpaceToDepth) they are an ordinary convolution with ceil(k/s) taps.
 */
function strided(
  g: GraphBuilder,
  x: Value,
  dy: Value,
  { kernel, pads }: Window,
  stride: number,
): Value {
  const taps = kernel.map((k) => Math.ceil(k / stride)) as [number, number];
  const padded = paddedFor(g, x, dy, pads, taps, stride);
  const blocks = g.apply('SpaceToDepth', [padded], { blocksize: stride });
  const phased = correlationProduct(g, blocks, dy, taps);
  // [O, (b_h b_w C), a_h, a_w] to [O, C, a_h b_h, a_w b_w], cut to the kernel.
  const [outputs, channels] = [dy.shape[1] as number, x.shape[1] as number];
  const apart = g.apply('Reshape', [phased, g.ints([outputs, stride, stride, channels, ...taps])]);
  const joined = g.apply('Reshape', [
    g.apply('Transpose', [apart], { perm: [0, 3, 4, 1, 5, 2] }),
    g.ints([outputs, channels, taps[0] * stride, taps[1] * stride]),
  ]);
  return cropped(g, joined, kernel);
}

/**
 * Pads x so that `taps` windows at stride 1 (of blocks of `stride` pixels) fit dy exactly; rows that
 * no window reaches are cut off instead.
 */
function paddedFor(
  g: GraphBuilder,
  x: Value,
  dy: Value,
  pads: Window['pads'],
  taps: readonly [number, number],
  stride = 1,
): Value {
  const ends = [0, 1].map((a) => {
    const wanted = stride * ((dy.shape[a + 2] as number) + (taps[a] as number) - 1);
    return wanted - (x.shape[a + 2] as number) - (pads[a] as number);
  });
  const amounts = [0, 0, pads[0], pads[1], 0, 0, ends[0] as number, ends[1] as number];
  return amounts.every((amount) => amount === 0) ? x : g.apply('Pad', [x, g.ints(amounts)]);
}

/** Any group, stride and dilation: a convolution with samples as channels and dy as its weight. */
function convolutionWithGradient(g: GraphBuilder, x: Value, dy: Value, window: Window): Value {
  const { kernel, strides, dilations, pads, group } = window;
  const [n, channels, height, width] = x.shape as [number, number, number, number];
  const perGroup = channels / group;
  const grouped = g.apply('Reshape', [x, g.ints([n, group, perGroup, height, width])]);
  const samples = g.apply('Reshape', [
    g.apply('Transpose', [grouped], { perm: [2, 1, 0, 3, 4] }),
    g.ints([perGroup, group * n, height, width]),
  ]);
  const weight = g.apply('Transpose', [dy], { perm: [1, 0, 2, 3] });
  const taps = g.apply('Conv', [samples, weight], {
    kernel_shape: weight.shape.slice(2),
    strides: dilations,
    dilations: strides,
    pads,
    group,
  });
  return g.apply('Transpose', [cropped(g, taps, kernel)], { perm: [1, 0, 2, 3] });
}

function cropped(g: GraphBuilder, taps: Value, kernel: readonly [number, number]): Value {
  if (taps.shape[2] === kernel[0] && taps.shape[3] === kernel[1]) return taps;
  return g.apply('Slice', [taps, g.ints([0, 0]), g.ints(kernel), g.ints([2, 3])]);
}
