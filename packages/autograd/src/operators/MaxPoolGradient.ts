import type { Operator } from './operator.js';
import { windowAttributes } from './window.js';

/**
 * Gradient of MaxPool: (x, dy) gives a tensor like x. Each maximum's place takes its gradient; at a
 * tie the first place in row order takes it all. Abstract: a pass replaces it for the device.
 */
export const MaxPoolGradient: Operator = {
  name: 'MaxPoolGradient',
  domain: 'autograd',
  attributes: windowAttributes,
  shape: (view) => [{ type: view.input(0).type, shape: view.input(0).shape }],
};
