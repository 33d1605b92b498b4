import {
  type AugmentationSettings,
  augmentationPresets,
  type PlainPart,
  type StrengthPart,
  withLocalContrast,
} from '@vascula/core';
import { type Preset, preset } from '../training/index.js';
import type { PlannedChoices } from './plan-schema.js';

/** The network and recipe of a plan. What it says nothing of is as in `quick`. */
export function plannedPreset(choices: PlannedChoices): Preset {
  const { model, recipe } = preset('quick', choices.model.value);
  return {
    model: withLocalContrast(
      {
        ...model,
        base: choices.base.value,
        depth: choices.depth.value,
        kernel: choices.kernel.value,
        convolutions: choices.convolutions.value,
      },
      choices.localContrast.value,
    ),
    recipe: {
      ...recipe,
      crop: choices.crop.value,
      batch: choices.batch.value,
      microBatch: choices.microBatch.value,
      epochs: choices.epochs.value,
      learningRate: choices.learningRate.value,
      schedule: choices.schedule.value,
      warmUp: choices.warmUp.value,
      optimiser: choices.optimiser.value,
      ema: choices.ema.value,
      loss: choices.loss.value,
      negativeWeight: choices.negativeWeight.value,
      deepSupervision: choices.deepSupervision.value,
      keep: choices.keep.value,
      cutoff: choices.cutoff.value,
      sampling: {
        foregroundShare: choices.foregroundShare.value,
        balance: choices.balance.value,
      },
      augmentation: plannedAugmentation(choices),
    },
  };
}

/** The named augmentation with the probabilities of single parts over it. */
function plannedAugmentation({
  augmentation,
  augment,
}: Pick<PlannedChoices, 'augmentation' | 'augment'>): AugmentationSettings {
  const named: AugmentationSettings = augmentationPresets[augmentation.value];
  const changed = Object.entries(augment.value).map(([part, probability]) => {
    const before = named[part as PlainPart | StrengthPart];
    return [part, typeof before === 'number' ? probability : { ...before, probability }];
  });
  return { ...named, ...Object.fromEntries(changed) };
}
