import { learningRateAt, type Recipe } from '@vascula/core';
import type { Setting } from './settings.js';

/** Loss, optimiser, schedule and the rest of how a run was trained, in words: the same lines for every run. */
export function methodSettings(recipe: Recipe): Setting[] {
  const { optimiser, ema, deepSupervision, keep } = recipe;
  return [
    { label: 'loss', value: lossWords(recipe) },
    {
      label: 'optimiser',
      value:
        optimiser === 'adam' ? 'Adam' : `AdamW, weight decay ${recipe.weightDecay} of the kernels`,
    },
    { label: 'learning rate', value: rateWords(recipe) },
    {
      label: 'moving average of the weights',
      value: ema === 0 ? 'none' : `decay ${ema}; validated and kept`,
    },
    {
      label: 'weights handed out',
      value: keep === 'last' ? 'of the last epoch' : 'of the epoch with the lowest validation loss',
    },
    {
      label: 'deep supervision',
      value: deepSupervision ? 'at each level of the decoder' : 'none',
    },
  ];
}

/** Two runs' losses compare where these are the same. */
export function lossWords(recipe: Recipe): string {
  switch (recipe.loss) {
    case 'balanced':
      return `balanced cross-entropy, weight of negative pixels ${recipe.negativeWeight}`;
    case 'dice-bce':
      return 'Dice and cross-entropy';
    case 'focal':
      return `focal, gamma ${recipe.focalGamma}, alpha ${recipe.focalAlpha}`;
    case 'tversky':
      return `Tversky, alpha ${recipe.tverskyAlpha}, beta ${recipe.tverskyBeta}`;
  }
}

/** The unit of a loss: cross-entropies have one, ratios and what is mixed with them have none. */
export function lossUnit({ loss }: Pick<Recipe, 'loss'>): { readonly unit?: string } {
  return loss === 'balanced' || loss === 'focal' ? { unit: 'nats' } : {};
}

function rateWords(recipe: Recipe): string {
  const { schedule, learningRate, learningRateDecay, warmUp, epochs } = recipe;
  const warm = warmUp === 0 ? '' : `, rising over the first ${warmUp} steps`;
  if (schedule === 'cosine') return `${learningRate}, falling to 0 by a cosine${warm}`;
  if (schedule === 'poly') return `${learningRate}, falling to 0 by a polynomial${warm}`;
  if (schedule === 'constant' || learningRateDecay === 1) return `${learningRate}${warm}`;
  const last = learningRateAt({ ...recipe, warmUp: 0 }, { step: epochs, stepsPerEpoch: 1 });
  return `${learningRate} in the first epoch, ${Number(last.toPrecision(3))} in the last${warm}`;
}
