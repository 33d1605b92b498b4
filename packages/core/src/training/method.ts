import {
  adam,
  adamw,
  balancedBce,
  diceBce,
  focal,
  type Optimiser,
  type SummedLoss,
  tversky,
} from '@vascula/autograd';
import type { Recipe } from './recipe.js';

export type LossSettings = Pick<
  Recipe,
  'loss' | 'negativeWeight' | 'focalGamma' | 'focalAlpha' | 'tverskyAlpha' | 'tverskyBeta'
>;

/** The loss a recipe names. */
export function lossFor(recipe: LossSettings): SummedLoss {
  switch (recipe.loss) {
    case 'balanced':
      return balancedBce(recipe.negativeWeight);
    case 'dice-bce':
      return diceBce();
    case 'focal':
      return focal({ gamma: recipe.focalGamma, alpha: recipe.focalAlpha });
    case 'tversky':
      return tversky({ alpha: recipe.tverskyAlpha, beta: recipe.tverskyBeta });
  }
}

export function optimiserFor({
  optimiser,
  weightDecay,
}: Pick<Recipe, 'optimiser' | 'weightDecay'>): Optimiser {
  return optimiser === 'adam' ? adam() : adamw({ weightDecay });
}
