import { type Architecture, type ModelSpec, notebookSpecs, type Recipe } from '@vascula/core';

export const presetNames = ['quick', 'notebook'] as const;
export type PresetName = (typeof presetNames)[number];

export interface Preset {
  readonly model: ModelSpec;
  readonly recipe: Omit<Recipe, 'seed'>;
}

/**
 * `notebook` is the source document's network and schedule at full size; `quick` a small net on crops,
 * which learns in minutes on a processor. Running statistics of `quick` follow faster, since it takes
 * fewer steps.
 */
export function preset(name: PresetName, architecture: Architecture): Preset {
  const model = notebookSpecs[architecture];
  const shared = { negativeWeight: 3, cutoff: 0.8, batch: 4 };
  if (name === 'notebook')
    return {
      model,
      recipe: { ...shared, epochs: 20, crop: 512, learningRate: 2e-4, learningRateDecay: 1 },
    };
  return {
    model: { ...model, base: 8, kernel: 3, momentum: 0.9 },
    recipe: { ...shared, epochs: 20, crop: 256, learningRate: 2e-3, learningRateDecay: 0.9 },
  };
}
