import {
  type Architecture,
  augmentationPresets,
  evenSampling,
  type ModelSpec,
  methodDefaults,
  notebookSpecs,
  type Recipe,
} from '@vascula/core';

export const presetNames = ['quick', 'notebook'] as const;
export type PresetName = (typeof presetNames)[number];

export interface Preset {
  readonly model: ModelSpec;
  readonly recipe: Omit<Recipe, 'seed'>;
}

/**
 * `notebook` is the source document's network and schedule at full size; `quick` a small net on crops,
 * which learns in minutes on a processor. Running statistics of `quick` follow faster, since it takes
 * fewer steps, and its loss weighs negative pixels by 10, where the notebook's 3 makes a model claim
 * vessel at a true probability of about 1 in 7: its maps are nearer to probabilities, and a cutoff of
 * 0.5 serves as well as 0.8.
 *
 * `notebook` runs the squares of a batch one by one, so that it fits into 8 GB of memory.
 */
export function preset(name: PresetName, architecture: Architecture): Preset {
  const model = notebookSpecs[architecture];
  const shared = {
    ...methodDefaults,
    cutoff: 0.8,
    batch: 4,
    epochs: 20,
    sampling: evenSampling,
    augmentation: augmentationPresets.notebook,
  };
  if (name === 'notebook')
    return {
      model,
      recipe: {
        ...shared,
        microBatch: 1,
        crop: 512,
        learningRate: 2e-4,
        learningRateDecay: 1,
        negativeWeight: 3,
      },
    };
  return {
    model: { ...model, base: 8, kernel: 3, momentum: 0.9 },
    recipe: {
      ...shared,
      microBatch: 4,
      crop: 256,
      learningRate: 2e-3,
      learningRateDecay: 0.93,
      negativeWeight: 10,
    },
  };
}

/**
 * The recipe for a network from an ONNX file, which is trained already: a quarter of the learning rate that
 * the preset has for one that is not.
 */
export function fineTuningRecipe(name: PresetName): Preset['recipe'] {
  const { recipe } = preset(name, 'unet');
  return { ...recipe, learningRate: recipe.learningRate / 4 };
}
