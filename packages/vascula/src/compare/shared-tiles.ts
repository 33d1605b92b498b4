import type { RunResults, TileResult } from '../report/index.js';

export interface SharedTiles {
  /** Validated by every run, the same pixels and the same truth in each; in the first run's order. */
  readonly ids: readonly string[];
  /** Tiles of one name in every run's validation whose pixels or truth differ. */
  readonly different: number;
}

/** The tiles on which runs can be compared. */
export function sharedTiles(runs: readonly Pick<RunResults, 'tiles'>[]): SharedTiles {
  const [first, ...others] = runs;
  const prints = others.map(({ tiles }) => new Map(tiles.map((t) => [t.id, t.fingerprint])));
  const everywhere = (first?.tiles ?? []).filter(({ id }) => prints.every((map) => map.has(id)));
  const ids = everywhere
    .filter(({ id, fingerprint }) => prints.every((map) => map.get(id) === fingerprint))
    .map(({ id }) => id);
  return { ids, different: everywhere.length - ids.length };
}

/** A run's results on some of its tiles, in the order of the ids. */
export function tilesOf(
  { tiles }: Pick<RunResults, 'tiles'>,
  ids: readonly string[],
): TileResult[] {
  const byId = new Map(tiles.map((tile) => [tile.id, tile]));
  return ids.map((id) => {
    const tile = byId.get(id);
    if (tile === undefined) throw new RangeError(`the run did not validate on ${id}`);
    return tile;
  });
}
