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
  const gradient = (x: Value, dy: Value, window: Window) =>
    sh === 1 ? strideOne(g, x, dy, window) : strided(g, x, dy, window, sh);
  return [inPieces(g, joinedChannels(g, x), dy, window, gradient)];
};

/**
 * What a large x was joined of along its channels: in memory anyway as a rule, so that x itself can go.
 * Two products in place of one take longer, which smaller ones are not worth.
 */
function joinedChannels(g: GraphBuilder, x: Value): readonly Value[] {
  const node = g.producer(x);
  const joined = node?.operator === 'Concat' && node.attributes.axis?.value === 1;
  if (!joined || 4 * elementCount(x.shape) < mostCopied) return [x];
  return node.inputs.map((name) => g.value(name));
}

type Gradient = (x: Value, dy: Value, window: Window) => Value;

/** Bytes of copies at once: below this, more pieces cost more time than they save memory. */
const mostCopied = 64 * 2 ** 20;
/** Pieces of fewer rows would work on their overlap more than on themselves. */
const fewestRows = 32;

/** About what correlationProduct copies: x once for each column of taps, dy once for each row. */
function copiedBytes(xs: readonly Value[], dy: Value, { kernel, strides }: Window): number {
  const taps = kernel.map((k, a) => Math.ceil(k / (strides[a] as number))) as [number, number];
  const elements = xs.reduce((sum, x) => sum + elementCount(x.shape), 0);
  return 4 * (taps[1] * elements + taps[0] * elementCount(dy.shape));
}

/**
 * The gradient for x, in parts along its channels, as a sum over samples, and over bands of rows, where
 * the copies for all are many.
 */
function inPieces(
  g: GraphBuilder,
  xs: readonly Value[],
  dy: Value,
  window: Window,
  gradient: Gradient,
): Value {
  const whole = () => {
    const parts = xs.map((x) => gradient(x, dy, window));
    return parts.length === 1 ? (parts[0] as Value) : g.apply('Concat', parts, { axis: 1 });
  };
  const bytes = copiedBytes(xs, dy, window);
  if (bytes <= mostCopied) return whole();
  const samples = dy.shape[0] as number;
  if (samples > 1) {
    const sizes = g.ints(Array(samples).fill(1));
    const apart = (value: Value) => g.applyAll('Split', [value, sizes], { axis: 0 });
    const parts = xs.map(apart);
    return sum(
      g,
      apart(dy).map((sample, i) =>
        inPieces(
          g,
          parts.map((part) => part[i] as Value),
          sample,
          window,
          gradient,
        ),
      ),
    );
  }
  const height = dy.shape[2] as number;
  const bands = Math.min(Math.ceil(bytes / mostCopied), Math.floor(height / fewestRows));
  if (bands <= 1) return whole();
  const edges = Array.from({ length: bands + 1 }, (_, i) => Math.round((i * height) / bands));
  const heights = edges.slice(1).map((edge, i) => edge - (edges[i] as number));
  const gradients = g.applyAll('Split', [dy, g.ints(heights)], { axis: 2 });
  return sum(
    g,
    gradients.map((band, i) => {
      const [rows, pads] = rowsSeen(
        xs[0] as Value,
        window,
        edges[i] as number,
        heights[i] as number,
      );
      const [first, last] = rows;
      const seen = xs.map((x) =>
        g.apply('Slice', [x, g.ints([first]), g.ints([last]), g.ints([2])]),
      );
      return inPieces(g, seen, band, { ...window, pads }, gradient);
    }),
  );
}

/** Rows of x (first, and behind the last) that rows `start` on of dy look at, and their padding. */
function rowsSeen(
  x: Value,
  { kernel, strides, pads }: Window,
  start: number,
  count: number,
): [rows: [number, number], pads: Window['pads']] {
  const height = x.shape[2] as number;
  const first = strides[0] * start - pads[0];
  const last = strides[0] * (start + count - 1) + kernel[0] - pads[0];
  return [
    [Math.max(0, first), Math.min(height, last)],
    [Math.max(0, -first), pads[1], Math.max(0, last - height), pads[3]],
  ];
}

function sum(g: GraphBuilder, values: readonly Value[]): Value {
  return values.reduce((total, value) => g.apply('Add', [total, value]));
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
