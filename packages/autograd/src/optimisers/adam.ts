import type { Value } from '../operators/operator.js';
import { nextMoments } from './moments.js';
import type { Optimiser } from './optimiser.js';

export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * Adam (Kingma & Ba 2015) in Keras's form, epsilon 1e-7 outside the bias correction:
 * w -= rate sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon).
 */
export function adam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }: AdamOptions = {}): Optimiser {
  return {
    slots: ['mean', 'square'],
    scalarNames: ['rate'],
    scalars: (step, learningRate) => ({
      rate: (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step),
    }),
    update: (g, { weights, gradient, slots, scalars }) => {
      const { mean, square } = nextMoments(g, gradient, slots, { beta1, beta2 });
      const divisor = g.apply('Add', [g.apply('Sqrt', [square]), g.scalar(epsilon)]);
      const direction = g.apply('Div', [mean, divisor]);
      const step = g.apply('Mul', [direction, scalars.rate as Value]);
      return { weights: g.apply('Sub', [weights, step]), slots: { mean, square } };
    },
  };
}
