import { join, resolve } from 'node:path';
import {
  buildModel,
  copiesOf,
  deepSupervisionFault,
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
  type UnsureRule,
} from '@vascula/core';
import type { Dataset, PairsOptions } from '../dataset/index.js';
import {
  cropFault,
  type Fold,
  leastTile,
  microBatchFault,
  networkConfig,
  type OnnxSource,
  type Run,
  type RunConfig,
  sameNames,
  seenTiles,
} from '../run/index.js';
import { ofDatasets, type Sides } from './dataset-filter.js';
import type { DuplicateTile } from './duplicates.js';
import { everTrained } from './ever-trained.js';
import { type InitialWeights, requireSameNetwork, requireUnseen } from './initial-weights.js';
import { labelledTiles, tileCopies } from './tile-source.js';

/** A split of which validation is one fold of several (`foldTiles`). */
export interface FoldSplit extends Omit<SplitRequest, 'trainFraction'> {
  readonly fold: Fold;
}

export interface RunRequest {
  readonly folder: string;
  readonly version: string;
  readonly preset: RunConfig['preset'];
  /** Label files; none of pairs. */
  readonly polygons: readonly string[];
  readonly pairs?: PairsOptions | undefined;
  /** Background unless told. */
  readonly unsure?: UnsureRule | undefined;
  readonly split: SplitRequest | FoldSplit;
  readonly model: NetworkSpec;
  /** The file the network was made of, where it is one of an ONNX file. */
  readonly source?: OnnxSource | undefined;
  readonly recipe: Recipe;
  /** All, unless given. */
  readonly datasets?: RunConfig['datasets'];
  /** Fresh weights, unless given. */
  readonly from?: InitialWeights | undefined;
  /** Tiles found to repeat another, and what is to be done about them; left out, none was looked for. */
  readonly duplicates?: {
    readonly rule: RunConfig['data']['duplicates'];
    readonly found: readonly DuplicateTile[];
  };
}

/**
 * Works out a run on a dataset: configuration (for the processor) and split; nothing is written. Throws InputError where the
 * data cannot be trained on so.
 */
export function planRun(dataset: Dataset, request: RunRequest): Run {
  return plan(dataset, request, (tiles) => sidesOf(tiles, request.split));
}

/** Where a fold's run is to be, and the weights it begins with. */
export type FoldPlace = Pick<RunRequest, 'folder' | 'from'>;

/**
 * Works out the runs of a cross-validation, each what `planRun` makes of its fold; there are as many
 * folds as places. Throws InputError as `planRun`.
 */
export function planFolds(
  dataset: Dataset,
  { split: { by, seed }, ...request }: Omit<RunRequest, 'folder' | 'from'>,
  places: readonly FoldPlace[],
): Run[] {
  let splits: readonly TileSplit[] | undefined;
  return places.map((place, at) => {
    const fold = { number: at + 1, of: places.length };
    return plan(dataset, { ...request, ...place, split: { by, seed, fold } }, (tiles) => {
      splits ??= foldTiles(tiles, { by, seed, folds: places.length });
      return { ...(splits[at] as TileSplit), fold };
    });
  });
}

function plan(
  dataset: Dataset,
  request: RunRequest,
  part: (tiles: readonly SplittableTile[]) => Sides,
): Run {
  const { rule, found } = request.duplicates ?? { rule: 'keep', found: [] };
  // Before the split, so that each picture has one side, and one fold of several.
  const dropped = rule === 'drop' ? found : [];
  const droppedIds = new Set(dropped.map(({ id }) => id));
  const tiles = labelledTiles(dataset).filter(({ id }) => !droppedIds.has(id));
  const { model, recipe, split } = request;
  const { tileSize, smallestTile } = dataset;
  if (tiles.length < 2)
    throw new InputError({
      path: dataset.pairs ? dataset.folder : join(dataset.folder, 'train'),
      problem: `${tiles.length} labelled tile(s)${dropped.length > 0 ? `, ${dropped.length} with the pixels of another left out` : ''}`,
      expected: 'at least 2, to train on one and validate on the other',
      hint: dataset.pairs
        ? 'Do --images and --masks match all files?'
        : 'Are all label files named with --polygons?',
    });
  const expected = cropFault(recipe.crop, model, leastTile(dataset));
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
  const supervised = deepSupervisionFault(recipe, model);
  if (supervised !== undefined)
    throw new InputError({
      path: '--deep-supervision',
      problem: `${model.architecture === 'onnx' ? 'a network from a file' : `a network ${model.architecture} of depth ${model.depth}`}`,
      expected: supervised,
    });
  // Refuses a network out of range or too large, before there is a folder of it.
  buildModel(model, { batch: 1, height: recipe.crop, width: recipe.crop }, emptyParameters);
  const datasets = request.datasets ?? { train: null, validation: null };
  const { from } = request;
  const network = networkConfig(model, request.source);
  if (from !== undefined) requireSameNetwork(from, network);
  const sides = ofDatasets(part(tiles), tiles, datasets);
  const folder = resolve(dataset.folder);
  const known = from && sameNames(from.source.config.data, { folder, pairs: request.pairs });
  const earlier = from && known ? seenTiles(from.source.split).sort() : [];
  if (from !== undefined) requireUnseen(from, earlier, sides.validation, found);
  const copies = tileCopies(dataset, recipe.crop);
  const squares = sides.train.reduce((sum, id) => sum + copiesOf(copies, id), 0);
  const steps = recipe.epochs * Math.ceil(squares / recipe.batch);
  if (recipe.warmUp > 0 && recipe.warmUp >= steps)
    throw new InputError({
      path: '--warm-up',
      problem: `${recipe.warmUp} steps of the ${steps} that ${recipe.epochs} epochs have`,
      expected: 'fewer than there are, or the learning rate never falls again',
    });
  const config: RunConfig = {
    format: 'vascula run 1',
    version: request.version,
    preset: request.preset,
    device: 'cpu',
    data: {
      folder,
      polygons: [...request.polygons],
      ...(request.pairs && { pairs: request.pairs }),
      unsure: request.unsure ?? 'background',
      tileSize,
      ...(smallestTile && { smallestTile }),
      duplicates: rule,
    },
    split,
    datasets,
    model: network,
    from: from?.origin ?? null,
    recipe,
  };
  const parted = { ...sides, earlier };
  const neighbours = neighboursAcrossSplit(tiles, everTrained(parted, tiles), tileSize.width);
  return {
    folder: request.folder,
    config,
    split: { ...parted, neighbours, ...(dropped.length > 0 && { dropped: [...dropped] }) },
  };
}

function sidesOf(tiles: readonly SplittableTile[], split: SplitRequest | FoldSplit): Sides {
  if (!('fold' in split)) return splitTiles(tiles, split);
  const { by, seed, fold } = split;
  const splits = foldTiles(tiles, { by, seed, folds: fold.of });
  return { ...(splits[fold.number - 1] as TileSplit), fold };
}
