import { availableParallelism } from 'node:os';
import { copiesOf, type Draw, epochBatches, type Recipe, type SampleBatch } from '@vascula/core';
import type { Dataset, ImageSize } from '../dataset/index.js';
import { startBatchWorkers } from './batch-workers.js';
import { decodedBytes } from './tile-loader.js';
import { labelledTiles } from './tile-source.js';

export interface FeedOptions {
  readonly dataset: Dataset;
  /** What a tile must measure that does not say so itself. */
  readonly tileSize: ImageSize;
  /** Training tiles. */
  readonly ids: readonly string[];
  /** Squares drawn from a tile an epoch, or from each by its id. */
  readonly copies: number | ReadonlyMap<string, number>;
  readonly recipe: Pick<Recipe, 'seed' | 'crop' | 'batch' | 'epochs' | 'sampling' | 'augmentation'>;
  /** Epochs finished, and steps of the epoch after them: where the feed begins. */
  readonly from: { readonly epochs: number; readonly step: number };
  /** Threads; `feedWorkers()` unless given. */
  readonly workers?: number;
}

/** The batches of a run in their order, prepared by worker threads while others are trained on. */
export interface BatchFeed {
  readonly stepsPerEpoch: number;
  /**
   * The next batch. It is valid until the next call, which gives its memory away. Rejects with the
   * `InputError` of a tile that cannot be read.
   *
   * @throws RangeError after the last batch of the last epoch.
   */
  next(): Promise<SampleBatch>;
  /** Ends the workers. Without it the process stays alive. */
  close(): Promise<void>;
}

/**
 * Threads that prepare tiles: half the cores, from 1 to 4. Preparing a batch takes a small part of a
 * step's time (docs/performance.md), so even one is mostly idle; each holds some 40 MB and the tiles
 * that are kept.
 */
export function feedWorkers(): number {
  return Math.min(4, Math.max(1, Math.floor(availableParallelism() / 2)));
}

/** Bytes of decoded tiles that all workers together keep at most. */
const MOST_KEPT = 128 * 2 ** 20;

/**
 * Bytes of decoded tiles that a feed keeps: all of the training tiles in each worker, or 0 where those are too
 * many. Compressed masks take several times as long to decode as their squares to augment.
 */
export function keptBytes({
  dataset,
  tileSize,
  ids,
  workers = feedWorkers(),
}: Pick<FeedOptions, 'dataset' | 'tileSize' | 'ids' | 'workers'>): number {
  const wanted = new Set(ids);
  const bytes = labelledTiles(dataset)
    .filter(({ id }) => wanted.has(id))
    .reduce((sum, { size = tileSize }) => sum + decodedBytes(size), 0);
  return workers * bytes <= MOST_KEPT ? workers * bytes : 0;
}

/**
 * Memory is bounded whatever the dataset's size: the batch in use, one ready or in preparation for each
 * worker and one more, and a decoded tile a worker, or all tiles (`keptBytes`). What is in a batch depends neither on the number
 * of workers nor on where the feed began.
 */
export function openBatchFeed(options: FeedOptions): BatchFeed {
  const { dataset, tileSize, ids, copies, recipe, workers: count = feedWorkers() } = options;
  const tiles = new Map(labelledTiles(dataset).map((tile) => [tile.id, tile]));
  const workers = startBatchWorkers(count, keptBytes(options) > 0);
  const groupOf = (id: string): string => {
    const tile = tiles.get(id);
    return recipe.sampling.balance === 'source' ? `${tile?.dataset}/${tile?.source}` : '';
  };
  const upcoming = drawsFrom(options, groupOf);
  const spare: SampleBatch[] = [];
  const ready: Promise<SampleBatch>[] = [];
  let used: SampleBatch | undefined;

  const squareOf = (draw: Draw) => {
    const tile = tiles.get(draw.id);
    if (tile === undefined)
      throw new RangeError(`${dataset.folder} has no labelled tile ${draw.id}`);
    return { tile, draw };
  };
  const prepareAhead = (): void => {
    while (ready.length < count + 1) {
      const { value, done } = upcoming.next();
      if (done) return;
      const job = { squares: value.draws.map(squareOf), tileSize, epoch: value.epoch, recipe };
      const batch = workers.prepare(job, spare.pop() ?? emptyBatch(recipe));
      // A fault is met when the batch is asked for, not while a step before it runs.
      batch.catch(() => undefined);
      ready.push(batch);
    }
  };
  prepareAhead();
  return {
    stepsPerEpoch: Math.ceil(ids.reduce((sum, id) => sum + copiesOf(copies, id), 0) / recipe.batch),
    next: async () => {
      if (used !== undefined) spare.push(used);
      used = undefined;
      const batch = ready.shift();
      if (batch === undefined) throw new RangeError(`the run has ${recipe.epochs} epochs`);
      prepareAhead();
      used = await batch;
      return used;
    },
    close: workers.close,
  };
}

function* drawsFrom(
  { ids, copies, recipe, from }: FeedOptions,
  groupOf: (id: string) => string,
): Generator<{ epoch: number; draws: readonly Draw[] }, undefined> {
  let first = from.step;
  for (let epoch = from.epochs + 1; epoch <= recipe.epochs; epoch++) {
    for (const draws of epochBatches(ids, copies, epoch, recipe, groupOf).slice(first))
      yield { epoch, draws };
    first = 0;
  }
}

function emptyBatch({ batch, crop }: Pick<Recipe, 'batch' | 'crop'>): SampleBatch {
  const pixels = batch * crop * crop;
  return { image: new Float32Array(3 * pixels), mask: new Float32Array(pixels), size: crop };
}
