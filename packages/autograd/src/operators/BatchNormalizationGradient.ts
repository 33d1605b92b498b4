import type { Operator } from './operator.js';

/**
 * Gradients of BatchNormalization in training: (x, scale, dy) gives those of x, scale and bias.
 * Abstract: a pass replaces it by a form the device runs well.
 */
export const BatchNormalizationGradient: Operator = {
  name: 'BatchNormalizationGradient',
  domain: 'autograd',
  attributes: { epsilon: 'float' },
  shape: (view) => {
    const { type, shape } = view.input(1);
    return [
      { type: view.input(0).type, shape: view.input(0).shape },
      { type, shape },
      { type, shape },
    ];
  },
};
