import type { GraphBuilder } from '../builder.js';
import { axisOf } from '../operators/axes.js';
import type { NodeView, Value } from '../operators/operator.js';
import type { Form } from './rewrite.js';

/** Smallest positive number that no device takes for zero, and what makes it 1. */
const least = 2 ** -126;

/** -1, 0 or 1 by clipping: exact but for numbers below 1e-38, which count in part. */
const sign: Form = (g, [x]) => [
  g.apply('Mul', [g.apply('Clip', [x, g.scalar(-least), g.scalar(least)]), g.scalar(1 / least)]),
];

/** The place in the block becomes the slow part of the channel. */
const spaceToDepth: Form = (g, inputs, view) => {
  const [x] = inputs as [Value];
  const b = view.requiredInt('blocksize');
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const apart = g.apply('Reshape', [x, g.ints([n, c, h / b, b, w / b, b])]);
  const ordered = g.apply('Transpose', [apart], { perm: [0, 3, 5, 1, 2, 4] });
  return [g.apply('Reshape', [ordered, g.ints([n, b * b * c, h / b, w / b])])];
};

const fusedMatMul: Form = (g, inputs, view) => {
  if (view.float('alpha', 1) !== 1) return undefined;
  const turned = (value: Value, attribute: string) => {
    if (view.int(attribute, 0) === 0) return value;
    const axes = value.shape.map((_, axis) => axis);
    return g.apply('Transpose', [value], {
      perm: [...axes.slice(0, -2), axes.length - 1, axes.length - 2],
    });
  };
  const [a, b] = inputs as [Value, Value];
  return [g.apply('MatMul', [turned(a, 'transA'), turned(b, 'transB')])];
};

/** A part at a time: a shader is bound to a few buffers, and all parameters are one Split. */
const split: Form = (g, inputs, view) => {
  const [x] = inputs as [Value];
  const axis = axisOf(view, view.int('axis', 0), x.shape.length);
  let start = 0;
  return (view.constant(1) ?? []).map((size) => {
    const part = [g.ints([start]), g.ints([start + size]), g.ints([axis])];
    start += size;
    return g.apply('Slice', [x, ...part]);
  });
};

/**
 * A reduction over the last axis and others in two: rows first, then their results. A device that
 * gives a result to a group of threads has many groups to work on that way, not one a channel.
 */
function inTwoStages(operator: string, second: string): Form {
  return (g, inputs, view) => {
    const [x] = inputs as [Value];
    const axes = reducedAxes(view, operator, x);
    const last = x.shape.length - 1;
    const others = axes.filter((axis) => axis !== last);
    if (others.length === axes.length || others.length === 0) return undefined;
    const rows = reduce(g, operator, x, [last], 1);
    const sum = reduce(g, second, rows, axes, view.int('keepdims', 1));
    return [sum];
  };
}

function reducedAxes(view: NodeView, operator: string, x: Value): number[] {
  const given = operator === 'ReduceSum' ? view.constant(1) : view.ints('axes');
  const axes = given?.length ? given : x.shape.map((_, axis) => axis);
  return [...new Set(axes.map((axis) => axisOf(view, axis, x.shape.length)))];
}

function reduce(
  g: GraphBuilder,
  operator: string,
  x: Value,
  axes: readonly number[],
  keepdims: number,
): Value {
  return operator === 'ReduceSum'
    ? g.apply(operator, [x, g.ints(axes)], { keepdims })
    : g.apply(operator, [x], { axes, keepdims });
}

/** What an operator is replaced by where a target has no kernel for it, or a slow one. */
export const substitutes: ReadonlyMap<string, Form> = new Map([
  ['Sign', sign],
  ['SpaceToDepth', spaceToDepth],
  ['com.microsoft::FusedMatMul', fusedMatMul],
  ['Split', split],
  ['ReduceSum', inTwoStages('ReduceSum', 'ReduceSum')],
  ['ReduceMean', inTwoStages('ReduceMean', 'ReduceMean')],
  ['ReduceSumSquare', inTwoStages('ReduceSumSquare', 'ReduceSum')],
]);
