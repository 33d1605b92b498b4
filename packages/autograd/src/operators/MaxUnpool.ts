import type { Operator } from './operator.js';

/** Puts values at the flat places a MaxPool named, zeros elsewhere; not differentiated. */
export const MaxUnpool: Operator = {
  name: 'MaxUnpool',
  attributes: { kernel_shape: 'ints', strides: 'ints', pads: 'ints' },
  shape: (view) => [
    {
      type: view.input(0).type,
      shape: view.constant(2) ?? view.fail('input 2 (output shape) is missing'),
    },
  ],
};
