import type { Value } from '../operators/operator.js';
import { nextMoments } from './moments.js';
import type { Optimiser } from './optimiser.js';

export interface AdamwOptions {
  readonly weightDecay?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019) in PyTorch's form, epsilon 1e-8 added to the
 * corrected root: w = w (1 - rate decay) - rate m' / (sqrt(v') + epsilon), m' = m / (1 - beta1^t),
 * v' = v / (1 - beta2^t).
 *
 * The constant `decayed` is 1 for the weights that decay and 0 for the others: biases, and the scales and
 * shifts of normalisation, are usually spared.
 */
export function adamw({
  weightDecay = 0.01,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
}: AdamwOptions = {}): Optimiser {
  return {
    slots: ['mean', 'square'],
    constants: ['decayed'],
    scalarNames: ['rate', 'epsilon', 'decay'],
    // Both bias corrections are in the rate, as in `adam`, and epsilon is made to fit.
    scalars: (step, learningRate) => {
      const correction = Math.sqrt(1 - beta2 ** step);
      return {
        rate: (learningRate * correction) / (1 - beta1 ** step),
        epsilon: epsilon * correction,
        decay: learningRate * weightDecay,
      };
    },
    update: (g, { weights, gradient, slots, constants, scalars }) => {
      const { mean, square } = nextMoments(g, gradient, slots, { beta1, beta2 });
      const divisor = g.apply('Add', [g.apply('Sqrt', [square]), scalars.epsilon as Value]);
      const direction = g.apply('Div', [mean, divisor]);
      const step = g.apply('Mul', [direction, scalars.rate as Value]);
      const decays = g.apply('Mul', [constants.decayed as Value, scalars.decay as Value]);
      const shrinking = g.apply('Mul', [weights, decays]);
      return {
        weights: g.apply('Sub', [g.apply('Sub', [weights, shrinking]), step]),
        slots: { mean, square },
      };
    },
  };
}
