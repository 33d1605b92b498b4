import type { GraphBuilder } from '../builder.js';
import type { Value } from '../operators/operator.js';
import { atLeastOne, type SummedLoss, total } from './loss.js';
import { truthPlanes } from './truth.js';

export interface FocalOptions {
  /** How much less a pixel counts the surer it is right, from 0, where nothing does. */
  readonly gamma: number;
  /** Weight of positive pixels, 0 to 1; negative ones have 1 - alpha. */
  readonly alpha: number;
}

/**
 * Focal loss (Lin et al. 2017) from logits: -alpha (1 - p)^gamma log p for a positive pixel and
 * -(1 - alpha) p^gamma log(1 - p) for a negative one, the mean over the pixels that count (targets 0 and 1).
 */
export function focal({ gamma, alpha }: FocalOptions): SummedLoss<'cost' | 'pixels'> {
  return {
    name: 'focal',
    divisors: ['pixels'],
    sums: (g, logits, target) => {
      const { positive, negative } = truthPlanes(g, target);
      const opposite = g.apply('Neg', [logits]);
      const costs = g.apply('Add', [
        weighted(g, g.apply('Mul', [focused(g, logits, opposite, gamma), positive]), alpha),
        weighted(g, g.apply('Mul', [focused(g, opposite, logits, gamma), negative]), 1 - alpha),
      ]);
      return {
        cost: total(g, costs),
        pixels: total(g, g.apply('Add', [positive, negative])),
      };
    },
    combine: (g, { cost, pixels }) => g.apply('Div', [cost, atLeastOne(g, pixels)]),
    value: ({ cost, pixels }) => cost / Math.max(1, pixels),
  };
}

/**
 * (1 - p)^gamma (-log p) for p = sigmoid(z): 1 - p is exp(-softplus(z)), so no power of 0 is taken, whose
 * gradient would be no number.
 */
function focused(g: GraphBuilder, z: Value, opposite: Value, gamma: number): Value {
  const modulation = g.apply('Exp', [weighted(g, g.apply('Softplus', [z]), -gamma)]);
  return g.apply('Mul', [modulation, g.apply('Softplus', [opposite])]);
}

function weighted(g: GraphBuilder, value: Value, factor: number): Value {
  return g.apply('Mul', [value, g.scalar(factor)]);
}
