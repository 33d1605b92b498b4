import type { GraphBuilder } from '../builder.js';
import { axisOf } from './axes.js';
import type { NodeView, Operator, Value } from './operator.js';

/**
 * A reduction over axes. In opset 17 the axes of ReduceSum are an input, those of all others an
 * attribute; absent means all.
 */
export function reduction(
  name: string,
  gradient: (g: GraphBuilder, dy: Value, x: Value, y: Value, count: number) => Value,
): Operator {
  const asInput = name === 'ReduceSum';
  const axesOf = (view: NodeView): number[] => {
    const { shape } = view.input(0);
    const axes = asInput ? view.constant(1) : view.ints('axes');
    if (asInput && view.int('noop_with_empty_axes', 0) !== 0)
      view.unsupported('noop_with_empty_axes 1');
    return axes && axes.length > 0
      ? [...new Set(axes.map((axis) => axisOf(view, axis, shape.length)))]
      : shape.map((_, axis) => axis);
  };
  return {
    name,
    attributes: {
      keepdims: 'int',
      ...(asInput ? { noop_with_empty_axes: 'int' as const } : { axes: 'ints' as const }),
    },
    shape: (view) => {
      const { type, shape } = view.input(0);
      const axes = axesOf(view);
      const kept = shape.map((size, a) => (axes.includes(a) ? 1 : size));
      return [
        { type, shape: view.int('keepdims', 1) ? kept : shape.filter((_, a) => !axes.includes(a)) },
      ];
    },
    gradient: ({ g, view, gradients: [dy], inputs: [x], outputs: [y] }) => {
      if (!dy || !x || !y) return [];
      const axes = axesOf(view);
      const kept = x.shape.map((size, a) => (axes.includes(a) ? 1 : size));
      const aligned = (v: Value) =>
        v.shape.join() === kept.join() ? v : g.apply('Reshape', [v, g.ints(kept)]);
      const count = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
      return [gradient(g, aligned(dy), x, aligned(y), count)];
    },
  };
}
