import { groupBy, randomStream } from '@vascula/core';
import type { TileResult } from './results.js';

type Choosable = Pick<TileResult, 'id' | 'group' | 'iou' | 'vesselShare'>;

/** Tiles shown of each group, and of the best and the worst. */
const perGroup = 2;
const extremes = 4;

/** Tiles of each group by chance, whatever their score; the same seed, the same tiles. */
export function chosenTiles<T extends Choosable>(tiles: readonly T[], seed: number): T[] {
  return groupBy(tiles, ['group']).flatMap(({ key, rows }) =>
    randomStream(seed, 'pictures', key.group).shuffled(rows).slice(0, perGroup),
  );
}

/**
 * The tiles with the highest and the lowest IoU, no tile in both. Among the best are only tiles with
 * vessels: one without scores 1 by nothing being found.
 */
export function bestAndWorst<T extends Choosable>(
  tiles: readonly T[],
): { readonly best: T[]; readonly worst: T[] } {
  const count = Math.min(extremes, Math.floor(tiles.length / 2));
  const rising = tiles.toSorted((a, b) => a.iou - b.iou);
  const worst = rising.slice(0, count);
  const best = rising.slice(count).filter(({ vesselShare }) => vesselShare > 0);
  return { best: best.toReversed().slice(0, count), worst };
}
