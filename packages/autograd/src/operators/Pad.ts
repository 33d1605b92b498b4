import type { GraphBuilder } from '../builder.js';
import type { NodeView, Operator, Value } from './operator.js';

/** Pads by a constant (mode constant) or by mirroring without the edge (mode reflect). */
export const Pad: Operator = {
  name: 'Pad',
  attributes: { mode: 'string' },
  shape: (view) => {
    const { type, shape } = view.input(0);
    const mode = view.string('mode', 'constant');
    if (mode !== 'constant' && mode !== 'reflect') view.unsupported(`mode ${mode}`);
    const { before, after } = amounts(view);
    return [
      {
        type,
        shape: shape.map((size, a) => {
          const padded = size + (before[a] as number) + (after[a] as number);
          if (padded < 0) view.fail(`axis ${a} of size ${size} is cut to ${padded}`);
          return padded;
        }),
      },
    ];
  },
  gradient: ({ g, view, gradients: [dy], inputs: [x] }) => {
    if (!dy || !x) return [];
    const { before, after } = amounts(view);
    if (view.string('mode', 'constant') === 'constant')
      return [g.apply('Pad', [dy, g.ints([...before, ...after].map((amount) => -amount))])];
    let gradient = dy;
    x.shape.forEach((size, axis) => {
      const [low, high] = [before[axis] as number, after[axis] as number];
      if (low === 0 && high === 0) return;
      if (low < 0 || high < 0) view.unsupported('the gradient of a negative reflecting Pad');
      let middle = slice(g, gradient, axis, low, low + size);
      if (low > 0) middle = addMirrored(g, middle, slice(g, gradient, axis, 0, low), axis, 1);
      if (high > 0) {
        const edge = slice(g, gradient, axis, low + size, low + size + high);
        middle = addMirrored(g, middle, edge, axis, size - 1 - high);
      }
      gradient = middle;
    });
    return [gradient];
  },
};

function amounts(view: NodeView): { before: number[]; after: number[] } {
  const rank = view.input(0).shape.length;
  const pads = view.constant(1) ?? view.fail('input 1 (pads) is missing');
  if (view.inputs[3]) view.unsupported('the axes input');
  if (pads.length !== 2 * rank) view.fail(`pads [${pads}], expected ${2 * rank} sizes`);
  return { before: pads.slice(0, rank), after: pads.slice(rank) };
}

function slice(g: GraphBuilder, x: Value, axis: number, start: number, end: number): Value {
  return g.apply('Slice', [x, g.ints([start]), g.ints([end]), g.ints([axis])]);
}

/** Adds the mirror image of `edge` onto `x` from place `at` on along the axis. */
function addMirrored(g: GraphBuilder, x: Value, edge: Value, axis: number, at: number): Value {
  const size = edge.shape[axis] as number;
  const order = Array.from({ length: size }, (_, i) => size - 1 - i);
  const mirrored = g.apply('Gather', [edge, g.ints(order)], { axis });
  const before = x.shape.map((_, a) => (a === axis ? at : 0));
  const after = x.shape.map((s, a) => (a === axis ? s - at - size : 0));
  return g.apply('Add', [x, g.apply('Pad', [mirrored, g.ints([...before, ...after])])]);
}
