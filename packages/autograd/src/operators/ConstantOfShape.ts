import { elementCount, typedArrays } from '../tensor.js';
import type { Operator } from './operator.js';

/** One value (0 where none is given) everywhere in a tensor of a constant shape. */
export const ConstantOfShape: Operator = {
  name: 'ConstantOfShape',
  attributes: { value: 'tensor' },
  shape: (view) => {
    const shape = view.constant(0) ?? view.fail('input 0 (shape) is missing');
    if (shape.some((size) => size < 0)) view.fail(`a tensor of shape [${shape}]`);
    return [{ type: view.constantAttribute('value')?.type ?? 'float32', shape }];
  },
  evaluate: (view, [type]) => {
    if (type === undefined) return undefined;
    const data = new typedArrays[type.type](elementCount(type.shape));
    const value = view.constantAttribute('value')?.data[0];
    return [{ ...type, data: value === undefined ? data : data.fill(value as never) }];
  },
};
