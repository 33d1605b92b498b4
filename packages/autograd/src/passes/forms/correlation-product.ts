import type { GraphBuilder } from '../../builder.js';
import type { Value } from '../../operators/operator.js';

/**
 * Every tap of a correlation in one matrix product a sample: x [N, C, H + kh - 1, W + kw - 1], already
 * padded, and dy [N, O, H, W] give [O, C, kh, kw], summed over the samples.
 *
 * Flattened with the padded row stride P = W + kw - 1, tap (i, j) is the flat shift i P + j. So kw
 * copies of flat x, each shifted by one more, and kh copies of flat dy (its rows stretched to P by
 * zeros), each shifted by P more, multiply to a [kh O, kw C] matrix of every tap.
 */
export function correlationProduct(
  g: GraphBuilder,
  x: Value,
  dy: Value,
  [kh, kw]: readonly [number, number],
): Value {
  const [, channels, rows, stride] = x.shape as [number, number, number, number];
  const outputs = dy.shape[1] as number;
  const length = kh === 1 && kw === 1 ? rows * stride : rows * stride + 1;
  const product = g.apply(
    'FusedMatMul',
    [shiftedGradient(g, dy, kh, stride, length), shiftedInput(g, x, kw, length)],
    { transB: 1 },
    { domain: 'com.microsoft' },
  );
  const sum = g.apply('ReduceSum', [product, g.ints([0])], { keepdims: 0 });
  const apart = g.apply('Reshape', [sum, g.ints([outputs, kh, channels, kw])]);
  return g.apply('Transpose', [apart], { perm: [0, 2, 1, 3] });
}

/**
 * Row (c, j) is flat x of channel c from place j on. Rows of length R cut out of a sequence of period
 * R - 1 shift by one a row, so the copies are one Concat. What wraps around at a row's end meets the
 * zeros below dy.
 */
function shiftedInput(g: GraphBuilder, x: Value, kw: number, length: number): Value {
  const [n, channels, rows, stride] = x.shape as [number, number, number, number];
  const period = rows * stride;
  const flat = g.apply('Reshape', [x, g.ints([n, channels, period])]);
  if (length === period) return flat;
  const copies = [...Array<Value>(kw).fill(flat), g.zeros([n, channels, kw])];
  return g.apply('Reshape', [
    g.apply('Concat', copies, { axis: 2 }),
    g.ints([n, channels * kw, length]),
  ]);
}

/**
 * Row (o, i) is flat dy of channel o moved i row strides to the right, zeros elsewhere: rows of length
 * R cut out of copies that follow each other after R + P places.
 */
function shiftedGradient(
  g: GraphBuilder,
  dy: Value,
  kh: number,
  stride: number,
  length: number,
): Value {
  const [n, outputs, height, width] = dy.shape as [number, number, number, number];
  const zeros = (...sizes: number[]) => g.zeros([n, outputs, ...sizes]);
  const stretched =
    stride === width ? dy : g.apply('Concat', [dy, zeros(height, stride - width)], { axis: 3 });
  const span = height * stride;
  const flat = g.apply('Reshape', [stretched, g.ints([n, outputs, span])]);
  if (length === span) return flat;
  const copies: Value[] = [];
  for (let i = 1; i < kh; i++) copies.push(flat, zeros(length + stride - span));
  copies.push(flat, zeros(length - (kh - 1) * stride - span));
  return g.apply('Reshape', [
    g.apply('Concat', copies, { axis: 2 }),
    g.ints([n, outputs * kh, length]),
  ]);
}
