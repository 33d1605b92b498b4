import type { GraphBuilder } from '../builder.js';
import { axisOf } from './axes.js';
import { picked, stridesOf } from './evaluate.js';
import type { NodeView, Operator, Value } from './operator.js';

interface Range {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Slice with constant starts, ends, axes and steps. */
export const Slice: Operator = {
  name: 'Slice',
  shape: (view) => {
    const { type } = view.input(0);
    return [{ type, shape: ranges(view).map((range) => range.count) }];
  },
  gradient: ({ g, view, gradients: [dy], inputs: [x] }) => {
    if (!dy || !x) return [];
    // Zeros are put between and around, axis by axis: the transpose of taking every step-th.
    let spread = dy;
    ranges(view).forEach((range, axis) => {
      const { count } = range;
      const size = x.shape[axis] as number;
      if (count === 0) view.unsupported('the gradient of an empty Slice');
      const backwards = range.step < 0 && count > 1;
      if (backwards) {
        const order = Array.from({ length: count }, (_, i) => count - 1 - i);
        spread = g.apply('Gather', [spread, g.ints(order)], { axis });
      }
      const step = Math.abs(range.step);
      const start = backwards ? range.start + (count - 1) * range.step : range.start;
      if (count === size) return;
      if (step > 1) spread = interleaveZeros(g, spread, axis, step);
      const reach = spread.shape[axis] as number;
      const kept = Math.min(reach, size - start);
      if (kept < reach)
        spread = g.apply('Slice', [spread, g.ints([0]), g.ints([kept]), g.ints([axis])]);
      const before = x.shape.map((_, a) => (a === axis ? start : 0));
      const after = x.shape.map((_, a) => (a === axis ? size - start - kept : 0));
      spread = g.apply('Pad', [spread, g.ints([...before, ...after])]);
    });
    return [spread];
  },
  evaluate: (view, [type]) => {
    const x = view.tensor(0);
    if (x === undefined || type === undefined) return undefined;
    const strides = stridesOf(x.shape);
    const along = ranges(view);
    return picked(x, type, (index) =>
      along.reduce(
        (place, { start, step }, a) =>
          place + (start + (index[a] as number) * step) * (strides[a] as number),
        0,
      ),
    );
  },
};

function interleaveZeros(g: GraphBuilder, x: Value, axis: number, step: number): Value {
  const shape = [...x.shape];
  const split = [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)];
  const tall = g.apply('Reshape', [x, g.ints(split)]);
  const before = split.map(() => 0);
  const after = split.map((_, a) => (a === axis + 1 ? step - 1 : 0));
  const padded = g.apply('Pad', [tall, g.ints([...before, ...after])]);
  shape[axis] = (shape[axis] as number) * step;
  return g.apply('Reshape', [padded, g.ints(shape)]);
}

function ranges(view: NodeView): Range[] {
  const { shape } = view.input(0);
  const starts = view.constant(1) ?? view.fail('input 1 (starts) is missing');
  const ends = view.constant(2) ?? view.fail('input 2 (ends) is missing');
  const axes = view.constant(3) ?? starts.map((_, i) => i);
  const steps = view.constant(4) ?? starts.map(() => 1);
  for (const [what, { length }] of Object.entries({ ends, axes, steps }))
    if (length !== starts.length)
      view.fail(`${starts.length} starts and ${length} ${what}, expected as many`);
  const result = shape.map((size): Range => ({ start: 0, step: 1, count: size }));
  axes.forEach((given, i) => {
    const axis = axisOf(view, given, shape.length);
    const size = shape[axis] as number;
    const step = steps[i] as number;
    if (step === 0) view.fail('a step of 0');
    const place = (value: number, low: number, high: number) =>
      Math.min(high, Math.max(low, value < 0 ? value + size : value));
    const start = place(starts[i] as number, 0, step > 0 ? size : size - 1);
    const end = place(ends[i] as number, step > 0 ? 0 : -1, size);
    result[axis] = { start, step, count: Math.max(0, Math.ceil((end - start) / step)) };
  });
  return result;
}
