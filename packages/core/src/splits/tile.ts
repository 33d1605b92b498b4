import { InputError } from '../errors.js';

/**
 * What a split needs to know of a tile.
 *
 * `i` (column) and `j` (row) are the tile's upper-left corner in its slide, in slide pixels.
 */
export interface SplittableTile {
  readonly id: string;
  /** The slide the tile was cut from. */
  readonly source: string | number;
  /** The batch of annotation; a slide may hold tiles of several. */
  readonly dataset: string | number;
  readonly i: number;
  readonly j: number;
}

/** Ids of both sides, each sorted; together every tile once. */
export interface TileSplit {
  readonly train: string[];
  readonly validation: string[];
}

/** The tiles of each key, in their order; keys in the order of their first tile. */
export function groupTiles<T>(tiles: readonly T[], key: (tile: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const tile of tiles) {
    const group = groups.get(key(tile));
    if (group === undefined) groups.set(key(tile), [tile]);
    else group.push(tile);
  }
  return groups;
}

/**
 * The tiles in the order of their ids, so that the order in which they come makes no difference.
 *
 * @throws InputError where an id appears twice
 */
export function sortedById<T extends SplittableTile>(tiles: readonly T[]): T[] {
  const sorted = tiles.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const repeated = sorted.find((tile, k) => k > 0 && tile.id === sorted[k - 1].id);
  if (repeated !== undefined)
    throw new InputError({
      field: 'id',
      problem: `tile ${repeated.id} appears twice`,
      expected: 'every tile once, or it could be on both sides of the split',
    });
  return sorted;
}

/** Tiles sorted by id as a split. */
export function parted<T extends SplittableTile>(
  sorted: readonly T[],
  isValidation: (tile: T) => boolean,
): TileSplit {
  const ids = (validation: boolean) =>
    sorted.filter((tile) => isValidation(tile) === validation).map((tile) => tile.id);
  return { train: ids(false), validation: ids(true) };
}
