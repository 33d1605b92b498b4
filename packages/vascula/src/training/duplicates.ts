import { availableParallelism } from 'node:os';
import { type Dataset, readTile, type Tile, tileDigest } from '../dataset/index.js';
import { mapConcurrent } from '../files/index.js';
import { labelledTiles } from './tile-source.js';

/** A tile that has exactly the pixels of another. */
export interface DuplicateTile {
  readonly id: string;
  /** The first of those with these pixels, which is no duplicate itself. */
  readonly repeats: string;
}

export interface DuplicateHooks {
  progress?(done: number, total: number): void;
  readonly signal: AbortSignal;
}

/**
 * The labelled tiles that have exactly the pixels of another. First of a set is the tile of the lowest
 * dataset number, whose labels are the better reviewed, and of these the first in the table.
 *
 * Decodes every labelled tile once and keeps a digest of each. Throws InputError where one cannot be
 * read, and the reason of `signal` once it is aborted.
 */
export async function findDuplicates(
  dataset: Dataset,
  { progress, signal }: DuplicateHooks,
): Promise<readonly DuplicateTile[]> {
  const tiles = labelledTiles(dataset);
  let done = 0;
  const digests = await mapConcurrent(tiles, availableParallelism() + 1, async (tile) => {
    signal.throwIfAborted();
    const digest = tileDigest(await readTile(tile));
    progress?.(++done, tiles.length);
    return { tile, digest };
  });
  return repeatedTiles(digests);
}

/** The same of tiles whose digests are known; see `tileDigest`. */
export function repeatedTiles(
  digests: readonly { readonly tile: Tile; readonly digest: string }[],
): readonly DuplicateTile[] {
  const firsts = new Map<string, Tile>();
  for (const { tile, digest } of digests) {
    const first = firsts.get(digest);
    if (first === undefined || tile.dataset < first.dataset) firsts.set(digest, tile);
  }
  return digests.flatMap(({ tile, digest }) => {
    const first = firsts.get(digest) as Tile;
    return first.id === tile.id ? [] : [{ id: tile.id, repeats: first.id }];
  });
}

/** Validation tiles that have exactly the pixels of a training tile. */
export function leakedTiles(
  { train, validation }: { readonly [Side in 'train' | 'validation']: readonly string[] },
  duplicates: readonly DuplicateTile[],
): readonly string[] {
  const firsts = new Map(duplicates.map(({ id, repeats }) => [id, repeats]));
  const firstOf = (id: string) => firsts.get(id) ?? id;
  const trained = new Set(train.map(firstOf));
  return validation.filter((id) => trained.has(firstOf(id)));
}
