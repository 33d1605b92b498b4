import type { GraphBuilder } from '../builder.js';
import type { NodeView, Value, ValueType } from './operator.js';

/** Shape of two operands under ONNX (NumPy) broadcasting; undefined where they do not fit. */
export function broadcastShapes(
  a: readonly number[],
  b: readonly number[],
): readonly number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const p = a[a.length - rank + i] ?? 1;
    const q = b[b.length - rank + i] ?? 1;
    if (p !== q && p !== 1 && q !== 1) return undefined;
    shape.push(p === 1 ? q : p);
  }
  return shape;
}

/** Shape rule of an elementwise operator on all its inputs. */
export function elementwiseShape(view: NodeView): ValueType[] {
  const first = view.input(0);
  let shape = first.shape;
  for (let i = 1; i < view.inputs.length; i++) {
    const other = view.input(i);
    if (other.type !== first.type)
      view.fail(`input 0 is ${first.type}, input ${i} is ${other.type}; expected the same type`);
    shape =
      broadcastShapes(shape, other.shape) ??
      view.fail(`shapes [${shape}] and [${other.shape}] do not broadcast`);
  }
  return [{ type: first.type, shape }];
}

/** Shape rule of an elementwise operator of just two inputs. */
export function binaryShape(view: NodeView): ValueType[] {
  view.input(1);
  if (view.inputs.length > 2) view.fail(`${view.inputs.length} inputs, expected 2`);
  return elementwiseShape(view);
}

/** Sums a gradient over the axes along which an operand was broadcast, back to the operand's shape. */
export function sumTo(g: GraphBuilder, gradient: Value, shape: readonly number[]): Value {
  const extra = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((size, axis) =>
    axis < extra || (shape[axis - extra] === 1 && size !== 1) ? [axis] : [],
  );
  if (axes.length === 0) return gradient;
  const summed = g.apply('ReduceSum', [gradient, g.ints(axes)], { keepdims: 1 });
  return extra === 0 ? summed : g.apply('Reshape', [summed, g.ints(shape)]);
}
