import type { Operator } from './operator.js';

/** Flat everywhere but at 0: no gradient flows. */
export const Sign: Operator = {
  name: 'Sign',
  shape: (view) => [{ type: view.input(0).type, shape: view.input(0).shape }],
  gradient: () => [undefined],
};
