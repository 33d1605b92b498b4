import { join, resolve } from 'node:path';
import {
  InputError,
  type ModelSpec,
  neighboursAcrossSplit,
  type Recipe,
  type SplitRequest,
  sizeMultiple,
  splitTiles,
} from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import type { Run, RunConfig } from '../run/index.js';
import type { PresetName } from './presets.js';
import { labelledTiles } from './tile-source.js';

export interface RunRequest {
  readonly folder: string;
  readonly version: string;
  readonly preset: PresetName;
  readonly polygons: readonly string[];
  readonly split: SplitRequest;
  readonly model: ModelSpec;
  readonly recipe: Recipe;
}

/**
 * Works out a run on a dataset: configuration and split; nothing is written. Throws InputError where the
 * data cannot be trained on so.
 */
export function planRun(dataset: Dataset, request: RunRequest): Run {
  const tiles = labelledTiles(dataset);
  const { model, recipe, split } = request;
  const { width, height } = dataset.tileSize;
  const multiple = sizeMultiple(model);
  if (tiles.length < 2)
    throw new InputError({
      path: join(dataset.folder, 'train'),
      problem: `${tiles.length} labelled tile(s)`,
      expected: 'at least 2, to train on one and validate on the other',
      hint: 'Are all label files named with --polygons?',
    });
  if (recipe.crop > Math.min(width, height) || recipe.crop % multiple !== 0)
    throw new InputError({
      path: '--crop',
      problem: `${recipe.crop} pixels for tiles of ${width} x ${height}`,
      expected: `a multiple of ${multiple} (depth ${model.depth}) up to ${Math.min(width, height)}`,
    });
  const sides = splitTiles(tiles, split);
  const config: RunConfig = {
    format: 'vascula run 1',
    version: request.version,
    preset: request.preset,
    data: {
      folder: resolve(dataset.folder),
      polygons: [...request.polygons],
      tileSize: { width, height },
    },
    split: { by: split.by, seed: split.seed, trainFraction: split.trainFraction },
    model,
    recipe,
  };
  const neighbours = neighboursAcrossSplit(tiles, sides, width);
  return { folder: request.folder, config, split: { ...sides, neighbours } };
}
