import { join, resolve } from 'node:path';
import {
  buildModel,
  emptyParameters,
  foldTiles,
  InputError,
  type NetworkSpec,
  neighboursAcrossSplit,
  type Recipe,
  type SplitRequest,
  type SplittableTile,
  splitTiles,
  type TileSplit,
} from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import {
  cropFault,
  type Fold,
  microBatchFault,
  networkConfig,
  type OnnxSource,
  type Run,
  type RunConfig,
  type RunSplit,
} from '../run/index.js';
import type { PresetName } from './presets.js';
import { labelledTiles } from './tile-source.js';

/** A split of which validation is one fold of several (`foldTiles`). */
export interface FoldSplit extends Omit<SplitRequest, 'trainFraction'> {
  readonly fold: Fold;
}

export interface RunRequest {
  readonly folder: string;
  readonly version: string;
  readonly preset: PresetName;
  readonly polygons: readonly string[];
  readonly split: SplitRequest | FoldSplit;
  readonly model: NetworkSpec;
  /** The file the network was made of, where it is one of an ONNX file. */
  readonly source?: OnnxSource | undefined;
  readonly recipe: Recipe;
}

/**
 * Works out a run on a dataset: configuration (for the processor) and split; nothing is written. Throws InputError where the
 * data cannot be trained on so.
 */
export function planRun(dataset: Dataset, request: RunRequest): Run {
  const tiles = labelledTiles(dataset);
  const { model, recipe, split } = request;
  const { width, height } = dataset.tileSize;
  if (tiles.length < 2)
    throw new InputError({
      path: join(dataset.folder, 'train'),
      problem: `${tiles.length} labelled tile(s)`,
      expected: 'at least 2, to train on one and validate on the other',
      hint: 'Are all label files named with --polygons?',
    });
  const expected = cropFault(recipe.crop, model, dataset.tileSize);
  if (expected !== undefined)
    throw new InputError({ path: '--crop', problem: `${recipe.crop} pixels`, expected });
  const divisor = microBatchFault(recipe);
  if (divisor !== undefined)
    throw new InputError({
      path: '--micro-batch',
      problem: `${recipe.microBatch} squares`,
      expected: divisor,
    });
  if (model.architecture === 'onnx' && !model.batches && recipe.microBatch > 1)
    throw new InputError({
      path: '--micro-batch',
      problem: `${recipe.microBatch} squares`,
      expected: '1, since the network takes one image at a time',
      hint: 'Exported with dynamic_axes for the batch it would take more',
    });
  // Refuses a network out of range or too large, before there is a folder of it.
  buildModel(model, { batch: 1, height: recipe.crop, width: recipe.crop }, emptyParameters);
  const sides = sidesOf(tiles, split);
  const config: RunConfig = {
    format: 'vascula run 1',
    version: request.version,
    preset: request.preset,
    device: 'cpu',
    data: {
      folder: resolve(dataset.folder),
      polygons: [...request.polygons],
      tileSize: { width, height },
    },
    split,
    model: networkConfig(model, request.source),
    recipe,
  };
  const neighbours = neighboursAcrossSplit(tiles, sides, width);
  return { folder: request.folder, config, split: { ...sides, neighbours } };
}

function sidesOf(
  tiles: readonly SplittableTile[],
  split: SplitRequest | FoldSplit,
): Omit<RunSplit, 'neighbours'> {
  if (!('fold' in split)) return splitTiles(tiles, split);
  const { by, seed, fold } = split;
  const splits = foldTiles(tiles, { by, seed, folds: fold.of });
  return { ...(splits[fold.number - 1] as TileSplit), fold };
}
