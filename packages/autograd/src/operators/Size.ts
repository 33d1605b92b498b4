import { elementCount, int64 } from '../tensor.js';
import type { Operator } from './operator.js';

/** The number of its input's elements: known before the graph runs. */
export const Size: Operator = {
  name: 'Size',
  shape: (view) => {
    view.input(0);
    return [{ type: 'int64', shape: [] }];
  },
  evaluate: (view) => [int64([elementCount(view.input(0).shape)], [])],
};
