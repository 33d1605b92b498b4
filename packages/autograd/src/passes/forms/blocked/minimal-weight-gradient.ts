import type { GraphBuilder } from '../../../builder.js';
import type { Value } from '../../../operators/operator.js';
import { readWindow } from '../../../operators/window.js';
import { elementCount, float32 } from '../../../tensor.js';
import type { Form } from '../../rewrite.js';
import { correlationProduct } from '../correlation-product.js';
import { cookToom } from './cook-toom.js';
import type { BlockedValues } from './layout.js';
import { rowsTransform } from './rows-transform.js';

/** Rows of dy taken together. */
const m = 4;

/**
 * Multiplications to be saved for each number that the transforms move, and bytes they may move at
 * once: measured as for the convolutions themselves.
 */
const worth = 128;
const mostMoved = 192 * 2 ** 20;

/**
 * Weight gradient with fewer multiplications: m rows of dy meet m + k - 1 rows of x in k rows of taps,
 * in m + k - 1 products (Cook and Toom) in place of m k. Each product is one row of taps of transformed
 * rows, and so one matrix product (correlationProduct); a last one makes the k rows of taps.
 */
export function minimalWeightGradient(values: BlockedValues): Form {
  return (g, inputs, view) => {
    const [x, dy] = inputs as [Value, Value];
    const { kernel, strides, dilations, pads, group } = readWindow(view, x);
    const [k, columns] = kernel;
    const [, channels, , width] = x.shape as [number, number, number, number];
    const [, outputs, rows, wide] = dy.shape as [number, number, number, number];
    const products = m + k - 1;
    const plain = group === 1 && [...strides, ...dilations].every((value) => value === 1);
    if (!plain || (k !== 3 && k !== 5) || rows % m !== 0 || !values.fits(channels, outputs))
      return undefined;
    const saved = columns * (k - products / m) * channels * outputs;
    const moved = (4 * products * (elementCount(x.shape) + elementCount(dy.shape))) / m;
    if (saved < worth * (channels + outputs) * columns || moved > mostMoved) return undefined;

    const matrices = cookToom(k, m);
    const [blockedX, blockedDy] = [values.blocked(g, x), values.blocked(g, dy)];
    const before = pads[1];
    const after = wide + columns - 1 - width - before;
    const each = matrices.inputs.map((row, t) => {
      const seen = rowsTransform(g, blockedX, row, m, [pads[0], pads[2]], values.block);
      const steps = rowsTransform(
        g,
        blockedDy,
        matrices.kernel[t] as number[],
        m,
        [0, 0],
        values.block,
      );
      return rowOfTaps(g, values.plain(g, seen), values.plain(g, steps), columns, [before, after]);
    });
    const stacked = g.apply(
      'Concat',
      each.map((taps) => g.apply('Reshape', [taps, g.ints([1, outputs * channels * columns])])),
      { axis: 0 },
    );
    const sums = g.apply('MatMul', [
      g.constant(float32([k, products], matrices.results.flat())),
      stacked,
    ]);
    const apart = g.apply('Reshape', [sums, g.ints([k, outputs * channels, columns])]);
    const ordered = g.apply('Transpose', [apart], { perm: [1, 0, 2] });
    return [g.apply('Reshape', [ordered, g.ints([outputs, channels, k, columns])])];
  };
}

/** [O, C, 1, columns]: sums over samples, rows and columns w of dy[w] x[w + j - before]. */
function rowOfTaps(
  g: GraphBuilder,
  x: Value,
  dy: Value,
  columns: number,
  [before, after]: readonly [number, number],
): Value {
  const padded = g.apply('Pad', [x, g.ints([0, 0, 0, before, 0, 0, 0, after])]);
  return correlationProduct(g, padded, dy, [1, columns]);
}
