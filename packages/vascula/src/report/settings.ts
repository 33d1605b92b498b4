import { learningRateAt, type ModelSpec, type SplitRule } from '@vascula/core';
import type { RunConfig } from '../run/index.js';

/** One line of a run's configuration, in words. */
export interface Setting {
  readonly label: string;
  readonly value: string;
}

/** How a split was grouped, as a sentence says it. */
const splitRules: Readonly<Record<SplitRule, string>> = {
  random: 'at random: no tiles are kept together',
  slide: 'by slide: each slide is on one side',
  position: 'by position: one straight cut through the tiles of each dataset and slide',
};

/** The same of a split into folds. */
const foldRules: typeof splitRules = {
  random: 'at random: no tiles are kept together',
  slide: 'by slide: each slide is in one fold',
  position: 'by position: a fold is one strip of the tiles of each dataset and slide',
};

/** How a run's tiles were parted. */
export function splitWords({ by, fold }: RunConfig['split']): string {
  return (fold === undefined ? splitRules : foldRules)[by];
}

export function architectureName({ architecture }: Pick<ModelSpec, 'architecture'>): string {
  return architecture === 'unet' ? 'U-Net' : 'FCN';
}

/** Settings in which the folds of a cross-validation differ. */
export const shareLabel = 'share for training, or fold';
export const startLabel = 'weights at the start';

/** A run's configuration for people; `config.json` has it for machines. */
export function settings(config: RunConfig): Setting[] {
  const { version, preset, device, data, split, datasets, from, model, recipe } = config;
  const { width, height } = data.tileSize;
  const last = learningRateAt(recipe, recipe.epochs);
  return [
    { label: 'network', value: architectureName(model) },
    { label: 'channels of the first level', value: `${model.base}` },
    { label: 'levels of resolution', value: `${model.depth}` },
    { label: 'side of the convolutions', value: `${model.kernel} px` },
    { label: 'momentum of batch normalisation', value: `${model.momentum}` },
    { label: 'preset', value: preset },
    { label: 'epochs asked for', value: `${recipe.epochs}` },
    {
      label: 'batch',
      value:
        `${recipe.batch} squares of ${recipe.crop} × ${recipe.crop} px` +
        (recipe.microBatch < recipe.batch ? `, ${recipe.microBatch} at a time` : ''),
    },
    {
      label: 'learning rate of Adam',
      value:
        recipe.learningRateDecay === 1
          ? `${recipe.learningRate}`
          : `${recipe.learningRate} in the first epoch, ${Number(last.toPrecision(3))} in the last`,
    },
    { label: 'weight of negative pixels in the loss', value: `${recipe.negativeWeight}` },
    { label: 'cutoff of the probability', value: `${recipe.cutoff}` },
    { label: 'seed', value: `${recipe.seed}` },
    { label: 'split', value: splitWords(split) },
    { label: 'seed of the split', value: `${split.seed}` },
    {
      label: shareLabel,
      value:
        split.fold === undefined
          ? `${split.trainFraction}`
          : `fold ${split.fold.number} of ${split.fold.of}`,
    },
    { label: 'datasets trained on', value: datasets.train?.join(', ') ?? 'all' },
    { label: 'datasets validated on', value: datasets.validation?.join(', ') ?? 'all' },
    {
      label: startLabel,
      value: from === null ? 'fresh' : `epoch ${from.epoch} of ${from.run}`,
    },
    { label: 'tiles', value: `${width} × ${height} px` },
    { label: 'dataset', value: data.folder },
    { label: 'label files', value: data.polygons.join(', ') },
    { label: 'device', value: device },
    { label: 'version of vascula', value: version },
  ];
}
