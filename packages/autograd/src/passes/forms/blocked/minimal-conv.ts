import type { GraphBuilder, Operand } from '../../../builder.js';
import type { Value } from '../../../operators/operator.js';
import type { Window } from '../../../operators/window.js';
import { float32 } from '../../../tensor.js';
import { type CookToom, cookToom } from './cook-toom.js';
import { domain } from './layout.js';
import { rowsTransform } from './rows-transform.js';

/** Rows of results made at once. */
const m = 4;

/**
 * Multiplications to be saved for each number that the transforms move, for the form to be faster:
 * measured on processors with AVX2, where a number moved costs 3 ns and a multiplication 12 ps.
 */
const worth = 256;

/** Transformed inputs and results of more bytes than this cost more memory than they save time. */
const mostMoved = 192 * 2 ** 20;

/**
 * Whether the minimal form of a convolution is faster: it needs (m + k - 1) / m rows of taps in place
 * of k, and moves inputs, results and (where they change) weights through memory for that.
 */
export function minimalPays(
  { kernel, strides, dilations, group, pads }: Window,
  [n, channels, height, width]: readonly [number, number, number, number],
  outputs: number,
  constantWeight: boolean,
): boolean {
  const [k, columns] = kernel;
  const rows = height + pads[0] + pads[2] - k + 1;
  const plain = group === 1 && [...strides, ...dilations].every((value) => value === 1);
  if (!plain || (k !== 3 && k !== 5) || rows % m !== 0) return false;
  const products = m + k - 1;
  const pixels = n * rows * width;
  const pairs = channels * outputs;
  const saved = columns * (k - products / m) * pairs;
  if ((4 * products * pixels * (channels + outputs)) / m > mostMoved) return false;
  const weights = constantWeight ? 0 : (products * columns * pairs) / pixels;
  return saved > worth * (channels + outputs + weights);
}

/** Blocked weights [outputs, inputs, 1, kw], one for each row of taps of a weight. */
export type RowsOf = (g: GraphBuilder, weight: Value, block: number) => readonly Value[];

/**
 * A convolution with fewer multiplications, over channel blocks: F(4, k) of Cook and Toom along the
 * columns of the image, the plain sum along its rows. Every 4 rows of results take k + 3 convolutions
 * with kernels of one row, in place of 4 k rows of taps: 0.4 of the multiplications for k = 5, 0.5 for
 * k = 3. One dimension only: the transforms stay cheap, and rounding errors about ten times those of
 * the plain sum (1e-6 of the largest result).
 *
 * @param x blocked
 * @param weight [O, C, kh, kw]; `turned` reads its taps from the last to the first
 */
export function minimalConv(
  g: GraphBuilder,
  x: Value,
  weight: Value,
  bias: Operand,
  { kernel, pads }: Pick<Window, 'kernel' | 'pads'>,
  outputs: number,
  block: number,
  rowsOf: RowsOf,
  turned = false,
): Value {
  const [k, columns] = kernel;
  const matrices = cookToom(m, k);
  const products = m + k - 1;
  const [n, , height, width] = x.shape as [number, number, number, number];
  const rows = height + pads[0] + pads[2] - k + 1;
  const wide = width + pads[1] + pads[3] - columns + 1;
  const weights = rowsOf(g, transformedWeight(g, weight, matrices, turned), block);
  const parts = weights.map((of, t) =>
    g.apply(
      'Conv',
      // The product at the point 1 counts once in every result: the bias goes there.
      [
        rowsTransform(g, x, matrices.inputs[t] as number[], m, [pads[0], pads[2]], block),
        of,
        t === 1 ? bias : undefined,
      ],
      { kernel_shape: [1, columns], pads: [0, pads[1], 0, pads[3]] },
      { domain },
    ),
  );
  const length = n * outputs * (rows / m) * wide;
  const stacked = g.apply(
    'Concat',
    parts.map((part) => g.apply('Reshape', [part, g.ints([1, length])])),
    { axis: 0 },
  );
  const sums = g.apply('MatMul', [
    g.constant(float32([m, products], matrices.results.flat())),
    stacked,
  ]);
  const lines = g
    .applyAll('Split', [sums, g.ints(Array(m).fill(1))], { axis: 0 })
    .map((line) => g.apply('Reshape', [line, g.ints([length / (wide * block), wide * block])]));
  return g.apply('Reshape', [
    g.apply('Concat', lines, { axis: 1 }),
    g.ints([n, outputs, rows, wide]),
  ]);
}

/** [O, C, kh, kw] to [O, C, products, kw]: one product with a matrix that acts on kh alone. */
function transformedWeight(
  g: GraphBuilder,
  weight: Value,
  { kernel }: CookToom,
  turned: boolean,
): Value {
  const [o, c, kh, kw] = weight.shape as [number, number, number, number];
  const products = kernel.length;
  const matrix = new Float32Array(kh * kw * products * kw);
  for (let i = 0; i < kh; i++)
    for (let j = 0; j < kw; j++)
      for (let t = 0; t < products; t++) {
        const tap = turned ? (kh - 1 - i) * kw + (kw - 1 - j) : i * kw + j;
        matrix[(tap * products + t) * kw + j] = kernel[t]?.[i] as number;
      }
  const flat = g.apply('Reshape', [weight, g.ints([o * c, kh * kw])]);
  const product = g.apply('MatMul', [flat, g.constant(float32([kh * kw, products * kw], matrix))]);
  return g.apply('Reshape', [product, g.ints([o, c, products, kw])]);
}
