import type { Value } from '../operators/operator.js';
import type { Optimiser } from './optimiser.js';

export interface SgdOptions {
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent, with momentum in PyTorch's form: v = momentum v + gradient,
 * w -= rate v (Nesterov: w -= rate (gradient + momentum v)).
 */
export function sgd({ momentum = 0, nesterov = false }: SgdOptions = {}): Optimiser {
  return {
    slots: momentum === 0 ? [] : ['velocity'],
    scalarNames: ['rate'],
    scalars: (_step, learningRate) => ({ rate: learningRate }),
    update: (g, { weights, gradient, slots, scalars }) => {
      const descend = (direction: Value) =>
        g.apply('Sub', [weights, g.apply('Mul', [direction, scalars.rate as Value])]);
      if (!slots.velocity)
        return { weights: descend(gradient), slots: {} as Record<string, Value> };
      const scaled = (v: Value) => g.apply('Mul', [v, g.scalar(momentum)]);
      const velocity = g.apply('Add', [scaled(slots.velocity), gradient]);
      const direction = nesterov ? g.apply('Add', [gradient, scaled(velocity)]) : velocity;
      return { weights: descend(direction), slots: { velocity } };
    },
  };
}
