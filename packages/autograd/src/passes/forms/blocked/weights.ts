import type { GraphBuilder } from '../../../builder.js';
import type { Value } from '../../../operators/operator.js';
import { domain } from './layout.js';

// The runtime's own blocking copy, ReorderInput, moves the second axis of four behind the last, a block
// at a time, several times faster than a general transpose. Reshapes choose the axis.

/** A weight [O, C, kh, kw] in memory [O / b, C / b, kh, kw, b inputs, b outputs]. */
export function blockedWeight(g: GraphBuilder, weight: Value, block: number): Value {
  const [outputs, channels, kh, kw] = weight.shape as [number, number, number, number];
  const byInput = reorder(g, weight, weight.shape);
  const byBoth = reorder(g, byInput, [outputs / block, block, channels * kh * kw, 1]);
  return g.apply('Reshape', [byBoth, g.ints(weight.shape)]);
}

/** Each row of taps of a weight [O, C, kh, kw] as a weight [O, C, 1, kw], blocked. */
export function blockedRows(g: GraphBuilder, weight: Value, block: number): readonly Value[] {
  const [outputs, channels, kh, kw] = weight.shape as [number, number, number, number];
  const pairs = (outputs / block) * (channels / block);
  const rows = g.apply('Reshape', [
    blockedWeight(g, weight, block),
    g.ints([pairs, kh, kw * block * block]),
  ]);
  return g
    .applyAll('Split', [rows, g.ints(Array(kh).fill(1))], { axis: 1 })
    .map((row) => g.apply('Reshape', [row, g.ints([outputs, channels, 1, kw])]));
}

/** A weight [O, C, kh, kw] in memory [O / b, C, kh, kw, b outputs]: that of a plain input. */
export function outputBlockedWeight(g: GraphBuilder, weight: Value): Value {
  const [outputs, ...rest] = weight.shape as [number, number, number, number];
  const rows = reorder(g, weight, [1, outputs, rest.reduce((a, b) => a * b, 1), 1]);
  return g.apply('Reshape', [rows, g.ints(weight.shape)]);
}

/**
 * Weights of convolutions that go from the first axis of a weight [A, B, kh, kw] to its second, one for
 * each list of taps (places in kh*kw, in the order the new kernel has them): [B, A, side, side] in
 * memory [B / b, A / b, side, side, b of A, b of B].
 */
export function exchangedWeights(
  g: GraphBuilder,
  weight: Value,
  block: number,
  tapLists: readonly (readonly number[])[],
  [height, width]: readonly [number, number],
): readonly Value[] {
  const [a, b, kh, kw] = weight.shape as [number, number, number, number];
  const byFirst = reorder(g, weight, [1, a, b * kh * kw, 1]);
  const byBoth = reorder(g, byFirst, [a / block, b, kh * kw, block]);
  const unit = block * block;
  const taps = g.apply(
    'Gather',
    [
      g.apply('Reshape', [byBoth, g.ints([(a / block) * (b / block), kh * kw, unit])]),
      g.ints(tapLists.flat()),
    ],
    { axis: 1 },
  );
  const apart = g.apply('Reshape', [
    taps,
    g.ints([a / block, b / block, tapLists.length, height * width * unit]),
  ]);
  const lists = g.apply('Transpose', [apart], { perm: [2, 1, 0, 3] });
  const each = g.ints([b, a, height, width]);
  if (tapLists.length === 1) return [g.apply('Reshape', [lists, each])];
  return g
    .applyAll('Split', [lists, g.ints(tapLists.map(() => 1))], { axis: 0 })
    .map((list) => g.apply('Reshape', [list, each]));
}

/** Each row of taps of a weight [A, B, kh, kw] as a weight [B, A, 1, kw], blocked. */
export function exchangedRows(g: GraphBuilder, weight: Value, block: number): readonly Value[] {
  const [kh, kw] = weight.shape.slice(2) as [number, number];
  const lists = Array.from({ length: kh }, (_, i) =>
    Array.from({ length: kw }, (_, j) => i * kw + j),
  );
  return exchangedWeights(g, weight, block, lists, [1, kw]);
}

function reorder(g: GraphBuilder, value: Value, shape: readonly number[]): Value {
  const seen =
    value.shape.join() === shape.join() ? value : g.apply('Reshape', [value, g.ints(shape)]);
  return g.apply('ReorderInput', [seen], {}, { domain });
}
