import { elementCount, typedArrays } from '../tensor.js';
import { axisOf } from './axes.js';
import { knownInputs } from './evaluate.js';
import type { Operator } from './operator.js';

export const Concat: Operator = {
  name: 'Concat',
  attributes: { axis: 'int' },
  shape: (view) => {
    const { type, shape } = view.input(0);
    const axis = axisOf(view, view.requiredInt('axis'), shape.length);
    let size = 0;
    view.inputs.forEach((_, i) => {
      const other = view.input(i);
      const fits =
        other.type === type &&
        other.shape.length === shape.length &&
        other.shape.every((s, a) => a === axis || s === shape[a]);
      if (!fits)
        view.fail(
          `${other.type} [${other.shape}] and ${type} [${shape}] do not join on axis ${axis}`,
        );
      size += other.shape[axis] as number;
    });
    return [{ type, shape: shape.map((s, a) => (a === axis ? size : s)) }];
  },
  gradient: ({ g, view, gradients: [dy], inputs }) => {
    if (!dy) return [];
    const axis = axisOf(view, view.requiredInt('axis'), dy.shape.length);
    const sizes = inputs.map((x) => x?.shape[axis] ?? 0);
    if (sizes.length === 1) return [dy];
    return g.applyAll('Split', [dy, g.ints(sizes)], { axis });
  },
  evaluate: (view, [type]) => {
    const parts = knownInputs(view);
    if (parts === undefined || type === undefined) return undefined;
    const axis = axisOf(view, view.requiredInt('axis'), type.shape.length);
    const width = (shape: readonly number[]) => elementCount(shape.slice(axis));
    const data = new typedArrays[type.type](elementCount(type.shape));
    let start = 0;
    for (const part of parts) {
      for (let row = 0; row * width(part.shape) < part.data.length; row++)
        for (let i = 0; i < width(part.shape); i++)
          data[row * width(type.shape) + start + i] = part.data[
            row * width(part.shape) + i
          ] as never;
      start += width(part.shape);
    }
    return [{ ...type, data }];
  },
};
