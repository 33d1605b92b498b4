import type { GraphBuilder, Operand } from '../../builder.js';
import type { Value } from '../../operators/operator.js';
import { readWindow, type Window } from '../../operators/window.js';
import type { Form } from '../rewrite.js';
import { DepthwiseMaps } from './depthwise-maps.js';

/**
 * Depthwise convolutions (a kernel for each channel) and their gradients over channel blocks. ONNX Runtime
 * computes a plain grouped convolution group by group through copies of every window; over blocks it
 * multiplies whole vectors of channels where they lie.
 */
export function depthwiseForms(block: number): ReadonlyMap<string, Form> {
  return new Map([
    ['Conv', depthwiseConv(block)],
    ['autograd::ConvInputGradient', depthwiseInputGradient(block)],
    ['autograd::ConvWeightGradient', depthwiseWeightGradient(block)],
  ]);
}

const isDepthwise = (channels: number, outputs: number, { group }: Window) =>
  group > 1 && group === channels && group === outputs;

function depthwiseConv(block: number): Form {
  return (g, inputs, view) => {
    const [x, weight, bias] = inputs as [Value, Value, Operand];
    const window = readWindow(view, x, weight);
    if (!isDepthwise(x.shape[1] as number, weight.shape[0] as number, window)) return undefined;
    const maps = new DepthwiseMaps(g, x, block);
    return [maps.plain(maps.convolve(maps.blocked(x), weight, window, bias))];
  };
}

/**
 * With stride 1 a depthwise convolution with the turned kernel. With stride s the input's pixels fall into
 * s x s phases, each a convolution of dy with the taps that meet it.
 */
function depthwiseInputGradient(block: number): Form {
  return (g, inputs, view) => {
    const [dy, weight] = inputs as [Value, Value];
    const window = readWindow(view, dy, weight);
    const { strides, dilations } = window;
    if (!isDepthwise(dy.shape[1] as number, weight.shape[0] as number, window)) return undefined;
    const [stride, across] = strides;
    const size = view.ints('input_size') as readonly [number, number];
    if (stride !== across || size.some((side) => side % stride !== 0)) return undefined;
    if (stride > 1 && dilations.some((d) => d !== 1)) return undefined;
    const along = ([0, 1] as const).map((axis) =>
      Array.from({ length: stride }, (_, phase) =>
        phaseOf(window, axis, phase, size[axis] / stride, dy.shape[axis + 2] as number),
      ),
    );
    if (along.flat().some(({ taps, pads }) => taps.length === 0 || pads.some((p) => p < 0)))
      return undefined;

    const maps = new DepthwiseMaps(g, dy, block);
    const blocked = maps.blocked(dy);
    const [rows, columns] = along as [Phase[], Phase[]];
    const phases = rows.flatMap((row) =>
      columns.map((column) => {
        const kernel: [number, number] = [row.taps.length, column.taps.length];
        const [top, bottom] = row.pads;
        const [left, right] = column.pads;
        return maps.convolve(blocked, tapsOf(g, weight, row.taps, column.taps), {
          ...window,
          kernel,
          strides: [1, 1],
          pads: [top, left, bottom, right],
        });
      }),
    );
    return [maps.plain(maps.interleaved(phases, stride))];
  };
}

/** What makes the pixels phase, phase + s, … of an axis: taps in the order met, padding of dy. */
interface Phase {
  readonly taps: readonly number[];
  readonly pads: readonly [number, number];
}

/**
 * Pixel s m + r takes dy[m + q - u] w[t + s u] for u = 0, 1, …, with t = (r + p) mod s and
 * q = (r + p - t) / s: a correlation whose kernel is the taps from the last to the first.
 */
function phaseOf(
  { kernel, strides, dilations, pads }: Window,
  axis: 0 | 1,
  phase: number,
  pixels: number,
  length: number,
): Phase {
  const stride = strides[axis];
  const first = (phase + pads[axis]) % stride;
  const taps: number[] = [];
  for (let tap = first; tap < kernel[axis]; tap += stride) taps.unshift(tap);
  const reach = dilations[axis] * (taps.length - 1);
  const before = reach - (phase + pads[axis] - first) / stride;
  return { taps, pads: [before, pixels - length - before + reach] };
}

function tapsOf(
  g: GraphBuilder,
  weight: Value,
  rows: readonly number[],
  columns: readonly number[],
): Value {
  const [channels, , height, width] = weight.shape as [number, number, number, number];
  const flat = g.apply('Reshape', [weight, g.ints([channels, height * width])]);
  const order = rows.flatMap((row) => columns.map((column) => row * width + column));
  const picked = g.apply('Gather', [flat, g.ints(order)], { axis: 1 });
  return g.apply('Reshape', [picked, g.ints([channels, 1, rows.length, columns.length])]);
}

/**
 * A depthwise convolution of x with dy as its kernel, strides and dilations exchanged: every sample's
 * channels are channels of their own, and their sums over the samples are what is asked for.
 */
function depthwiseWeightGradient(block: number): Form {
  return (g, inputs, view) => {
    const [x, dy] = inputs as [Value, Value];
    const window = readWindow(view, x);
    const { kernel, strides, dilations, pads } = window;
    const [n, channels] = x.shape as [number, number];
    const [, outputs, height, width] = dy.shape as [number, number, number, number];
    if (!isDepthwise(channels, outputs, window)) return undefined;
    const merged = (value: Value) =>
      g.apply('Reshape', [value, g.ints([1, n * channels, ...value.shape.slice(2)])]);
    const samples = merged(x);
    const maps = new DepthwiseMaps(g, samples, block);
    const taps = maps.convolve(
      maps.blocked(samples),
      g.apply('Reshape', [dy, g.ints([n * channels, 1, height, width])]),
      { ...window, kernel: [height, width], strides: dilations, dilations: strides, pads },
    );
    const found = maps.plain(taps);
    const fits = found.shape[2] === kernel[0] && found.shape[3] === kernel[1];
    const cropped = fits
      ? found
      : g.apply('Slice', [found, g.ints([0, 0]), g.ints(kernel), g.ints([2, 3])]);
    const apart = g.apply('Reshape', [cropped, g.ints([n, channels, 1, ...kernel])]);
    return [g.apply('ReduceSum', [apart, g.ints([0])], { keepdims: 0 })];
  };
}
