import type { GraphBuilder, Operand } from '../../../builder.js';
import type { Value } from '../../../operators/operator.js';
import { readWindow } from '../../../operators/window.js';
import type { Form } from '../../rewrite.js';
import type { BlockedValues } from './layout.js';
import { exchangedWeights } from './weights.js';

/**
 * Transposed convolution that multiplies the size by its stride s, over channel blocks. Of the results
 * s h + a only taps i = a + p mod s see anything: s*s ordinary convolutions of x, each with
 * 1 / (s*s) of the taps, whose results are interleaved. In blocks that is one concatenation along
 * columns and one along rows, for a pixel's block stays in one piece.
 */
export function blockedConvTranspose(values: BlockedValues): Form {
  return (g, inputs, view) => {
    const [x, weight, bias] = inputs as [Value, Value, Operand];
    const { kernel, strides, dilations, pads, group } = readWindow(view, x, weight);
    const [channels, outputs] = weight.shape as [number, number];
    const multiplies = [0, 1].every(
      (a) =>
        (kernel[a] as number) % (strides[a] as number) === 0 &&
        (kernel[a] as number) - (pads[a] as number) - (pads[a + 2] as number) === strides[a],
    );
    if (!multiplies || group !== 1 || dilations.some((d) => d !== 1)) return undefined;
    if ((view.ints('output_padding') ?? []).some((extra) => extra !== 0)) return undefined;
    if (!values.fits(channels, outputs)) return undefined;
    const rows = phasesOf(kernel[0], strides[0], pads[0]);
    const columns = phasesOf(kernel[1], strides[1], pads[1]);
    const side = [kernel[0] / strides[0], kernel[1] / strides[1]] as const;
    const weights = exchangedWeights(
      g,
      weight,
      values.block,
      rows.flatMap((row) =>
        columns.map((column) => row.taps.flatMap((i) => column.taps.map((j) => i * kernel[1] + j))),
      ),
      side,
    );
    const blocked = values.blocked(g, x);
    const phases = rows.map((row, a) =>
      columns.map((column, b) =>
        values.convolve(g, [blocked, weights[a * columns.length + b], bias], {
          kernel_shape: side,
          pads: [row.before, column.before, row.after, column.after],
        }),
      ),
    );
    return [values.plain(g, interleaved(g, phases, values.block))];
  };
}

interface Phase {
  /** Taps along an axis that reach this phase, in the order of the inputs they meet. */
  readonly taps: readonly number[];
  /** Padding of the input before and after. */
  readonly before: number;
  readonly after: number;
}

/** The phases of the results along an axis, with stride s, kernel k and the padding p cut off before. */
function phasesOf(k: number, s: number, p: number): Phase[] {
  const count = k / s;
  return Array.from({ length: s }, (_, a) => {
    const after = Math.floor((a + p) / s);
    const first = (a + p) % s;
    return {
      taps: Array.from({ length: count }, (_, t) => s * (count - 1 - t) + first),
      before: count - 1 - after,
      after,
    };
  });
}

/** Blocked values [a][b] as one that holds them at rows s h + a and columns s w + b. */
function interleaved(g: GraphBuilder, phases: readonly (readonly Value[])[], block: number): Value {
  const [[first]] = phases as [[Value]];
  const [n, channels, height, width] = first.shape as [number, number, number, number];
  const [sh, sw] = [phases.length, phases.flat().length / phases.length];
  const lines = n * (channels / block) * height;
  const join = (parts: readonly Value[], pieces: number, length: number) =>
    g.apply(
      'Concat',
      parts.map((part) => g.apply('Reshape', [part, g.ints([pieces, length])])),
      { axis: 1 },
    );
  const rows = phases.map((row) => join(row, lines * width, block));
  return g.apply('Reshape', [
    join(rows, lines, width * sw * block),
    g.ints([n, channels, height * sh, width * sw]),
  ]);
}
