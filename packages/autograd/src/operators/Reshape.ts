import { elementCount } from '../tensor.js';
import { sameData } from './evaluate.js';
import type { Operator } from './operator.js';

/** Reshape to a constant shape; 0 keeps a size, one -1 is worked out. */
export const Reshape: Operator = {
  name: 'Reshape',
  attributes: { allowzero: 'int' },
  shape: (view) => {
    const { type, shape } = view.input(0);
    const wanted = view.constant(1) ?? view.fail('input 1 (shape) is missing');
    if (view.int('allowzero', 0) !== 0) view.unsupported('allowzero 1');
    const sizes = wanted.map((size, axis) => (size === 0 ? (shape[axis] ?? 0) : size));
    const open = sizes.indexOf(-1);
    const known = elementCount(sizes.filter((size) => size !== -1));
    if (open >= 0) sizes[open] = elementCount(shape) / known;
    const proper = sizes.every((size) => Number.isInteger(size) && size >= 0);
    if (!proper || elementCount(sizes) !== elementCount(shape))
      view.fail(`[${shape}] cannot take the shape [${wanted}]`);
    return [{ type, shape: sizes }];
  },
  gradient: ({ g, gradients: [dy], inputs: [x] }) => [
    dy && x && g.apply('Reshape', [dy, g.ints(x.shape)]),
  ],
  evaluate: sameData,
};
