import type { SplittableTile, TileSplit } from '@vascula/core';
import type { RunSplit } from '../run/index.js';

/** A split whose training tiles are also those of the runs its weights began with, where they are known. */
export function everTrained(
  { train, validation, earlier }: Pick<RunSplit, 'train' | 'validation' | 'earlier'>,
  tiles: readonly Pick<SplittableTile, 'id'>[],
): TileSplit {
  if (earlier.length === 0) return { train, validation };
  const known = new Set(tiles.map(({ id }) => id));
  const before = earlier.filter((id) => known.has(id));
  return { train: [...new Set([...train, ...before])], validation };
}
