import type { Operator } from './operator.js';

/** Writes or adds updates at indices along an axis of a copy of the data; not differentiated. */
export const ScatterElements: Operator = {
  name: 'ScatterElements',
  attributes: { axis: 'int', reduction: 'string' },
  shape: (view) => [{ type: view.input(0).type, shape: view.input(0).shape }],
};
