import { join, resolve } from 'node:path';
import {
  buildModel,
  emptyParameters,
  InputError,
  type NetworkSpec,
  neighboursAcrossSplit,
  type Recipe,
  type SplitRequest,
  splitTiles,
} from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import {
  cropFault,
  microBatchFault,
  type OnnxSource,
  type Run,
  type RunConfig,
} from '../run/index.js';
import type { PresetName } from './presets.js';
import { labelledTiles } from './tile-source.js';

export interface RunRequest {
  readonly folder: string;
  readonly version: string;
  readonly preset: PresetName;
  readonly polygons: readonly string[];
  readonly split: SplitRequest;
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
  const sides = splitTiles(tiles, split);
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
    split: { by: split.by, seed: split.seed, trainFraction: split.trainFraction },
    model: configured(model, request.source),
    recipe,
  };
  const neighbours = neighboursAcrossSplit(tiles, sides, width);
  return { folder: request.folder, config, split: { ...sides, neighbours } };
}

/** What `config.json` holds of a network. */
function configured(model: NetworkSpec, source: OnnxSource | undefined): RunConfig['model'] {
  if (model.architecture !== 'onnx') return model;
  if (source === undefined) throw new RangeError('a network from a file without the file');
  const { mean, std } = model.normalisation;
  return {
    architecture: 'onnx',
    file: source.path,
    sha256: source.sha256,
    output: model.output,
    outputChannel: model.outputChannel,
    outputKind: model.outputKind,
    channelOrder: model.channelOrder,
    normalisation: { mean: [...mean], std: [...std] },
    freeze: [...model.freeze],
    sizeMultiple: model.sizeMultiple,
  };
}
