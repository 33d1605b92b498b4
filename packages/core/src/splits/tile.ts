/**
 * What a split needs to know of a tile.
 *
 * `i` (row) and `j` (column) are the tile's upper-left corner in its slide, in slide pixels.
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
