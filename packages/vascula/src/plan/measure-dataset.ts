import { availableParallelism } from 'node:os';
import {
  colourStatistics,
  type Fingerprint,
  type FingerprintTile,
  fingerprintOf,
  IGNORED,
  InputError,
  measureVessels,
} from '@vascula/core';
import { type Dataset, readTile, tileDigest, tileTruth } from '../dataset/index.js';
import { mapConcurrent } from '../files/index.js';
import { labelledTiles, repeatedTiles } from '../training/index.js';

export interface MeasureHooks {
  progress?(done: number, total: number): void;
  readonly signal: AbortSignal;
}

/**
 * The fingerprint of a dataset's labelled tiles. Decodes each of them once and keeps only its numbers.
 *
 * @throws InputError where fewer than two are labelled or one cannot be read, and the reason of `signal`
 *   once it is aborted.
 */
export async function measureDataset(
  dataset: Dataset,
  { progress, signal }: MeasureHooks,
): Promise<Fingerprint> {
  const tiles = labelledTiles(dataset);
  if (tiles.length < 2)
    throw new InputError({
      path: dataset.folder,
      problem: `${tiles.length} labelled image(s)`,
      expected: 'at least 2, to train on one and validate on the other',
      hint: dataset.pairs
        ? 'Do --images and --masks match all files?'
        : 'Are all label files named with --polygons?',
    });
  let done = 0;
  const measured = await mapConcurrent(tiles, availableParallelism() + 1, async (tile) => {
    signal.throwIfAborted();
    const image = await readTile(tile, dataset.tileSize);
    const truth = await tileTruth(tile, image);
    const { width, height } = image;
    const ignored = truth.map((value) => Number(value === IGNORED));
    const { dataset: group, source } = tile;
    const numbers: FingerprintTile = {
      width,
      height,
      dataset: group,
      source,
      vessels: measureVessels(truth, width, height),
      colour: colourStatistics(image, ignored),
    };
    progress?.(++done, tiles.length);
    return { tile, numbers, digest: tileDigest(image) };
  });
  return fingerprintOf(
    measured.map(({ numbers }) => numbers),
    { placed: dataset.pairs !== true, duplicates: repeatedTiles(measured).length },
  );
}
