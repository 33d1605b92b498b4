import { basename } from 'node:path';
import { convolutionsOf, type SplitRule, writeNormalisation } from '@vascula/core';
import { augmentationWords, samplingWords } from '../augmentation/index.js';
import { describeMaskValues } from '../dataset/index.js';
import type { RunConfig, RunData } from '../run/index.js';
import { methodSettings } from './recipe-words.js';

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

export function architectureName(model: RunConfig['model']): string {
  if (model.architecture === 'onnx') return `network of ${basename(model.file)}`;
  return model.architecture === 'unet' ? 'U-Net' : 'FCN';
}

/** Lines of a network: all of them for any, so that runs can be compared line by line. */
function networkSettings(model: RunConfig['model']): Setting[] {
  const none = '–';
  const own = model.architecture === 'onnx' ? undefined : model;
  const file = model.architecture === 'onnx' ? model : undefined;
  return [
    { label: 'network', value: architectureName(model) },
    { label: 'channels of the first level', value: own ? `${own.base}` : none },
    { label: 'levels of resolution', value: own ? `${own.depth}` : none },
    { label: 'convolutions a level', value: own ? `${convolutionsOf(own)}` : none },
    { label: 'side of the convolutions', value: own ? `${own.kernel} px` : none },
    {
      label: 'contrast evened out over',
      value: own ? (own.localContrast ? `${own.localContrast} px` : 'nothing') : none,
    },
    { label: 'momentum of batch normalisation', value: own ? `${own.momentum}` : 'the file’s' },
    {
      label: 'image fed as',
      value: file
        ? `${file.channelOrder.toUpperCase()}, ${writeNormalisation(file.normalisation)}`
        : 'RGB, symmetric',
    },
    { label: 'parameters frozen', value: file ? file.freeze.join(', ') || 'none' : 'none' },
    {
      label: 'file of the network, SHA-256',
      value: file ? `${file.file}, ${file.sha256.slice(0, 12)}…` : none,
    },
  ];
}

/** Settings in which the folds of a cross-validation differ. */
export const shareLabel = 'share for training, or fold';
export const startLabel = 'weights at the start';

/** A run's configuration for people; `config.json` has it for machines. */
export function settings(config: RunConfig): Setting[] {
  const { version, preset, device, data, split, datasets, from, model, recipe } = config;
  return [
    ...networkSettings(model),
    { label: 'preset', value: preset },
    { label: 'epochs asked for', value: `${recipe.epochs}` },
    {
      label: 'batch',
      value:
        `${recipe.batch} squares of ${recipe.crop} × ${recipe.crop} px` +
        (recipe.microBatch < recipe.batch ? `, ${recipe.microBatch} at a time` : ''),
    },
    ...methodSettings(recipe),
    { label: 'cutoff of the probability', value: `${recipe.cutoff}` },
    { label: 'squares of an epoch', value: samplingWords(recipe.sampling) },
    { label: 'augmentation', value: augmentationWords(recipe.augmentation) },
    {
      label: 'tiles with the pixels of another',
      value: data.duplicates === 'drop' ? 'left out' : 'kept',
    },
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
    { label: 'tiles', value: sizeWords(data) },
    { label: 'dataset', value: data.folder },
    ...labelSettings(data),
    { label: 'device', value: device },
    { label: 'version of vascula', value: version },
  ];
}

function sizeWords({ tileSize, smallestTile }: RunData): string {
  const { width, height } = tileSize;
  if (smallestTile === undefined) return `${width} × ${height} px`;
  return `${smallestTile.width} to ${width} px wide, ${smallestTile.height} to ${height} px high`;
}

/** Where labels are, and how they are read. */
function labelSettings({ polygons, pairs, unsure }: RunData): Setting[] {
  if (pairs === undefined)
    return [
      { label: 'label files', value: polygons.join(', ') },
      { label: 'unsure outlines', value: unsure },
    ];
  const { images, masks, roi, labels, group } = pairs;
  return [
    { label: 'images', value: images },
    { label: 'masks', value: masks },
    ...(roi === undefined ? [] : [{ label: 'fields of view', value: roi }]),
    {
      label: 'values of the masks',
      value: labels === undefined ? 'background=0 vessel=255 or 1' : describeMaskValues(labels),
    },
    ...(group === undefined ? [] : [{ label: 'grouped by', value: group }]),
  ];
}
