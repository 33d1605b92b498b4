import { InputError } from '../errors.js';
import { randomStream } from '../random.js';
import { stripsByPosition } from './by-position.js';
import type { SplitRule } from './split-tiles.js';
import { groupTiles, parted, type SplittableTile, sortedById, type TileSplit } from './tile.js';

export interface FoldRequest {
  readonly seed: number;
  /** How many, from 2. */
  readonly folds: number;
  readonly by: SplitRule;
}

/**
 * Parts tiles into k folds for cross-validation: the k-th split validates on the k-th fold and trains on
 * all others, so that every tile is validated on once.
 *
 * - `random`: a seeded shuffle, dealt out; sizes differ by one tile at most.
 * - `slide`: every slide in one fold. Slides go from the largest to the smallest, each to the fold with the
 *   fewest tiles so far: the largest fold is at most 4/3 of what it could be (Graham, *Bounds on
 *   multiprocessing timing anomalies*, 1969). The seed decides among equals.
 * - `position`: the tiles of each (slide, dataset) are cut across its longer side into as many strips, and
 *   each fold gets one: the largest strip goes to the fold with the fewest tiles so far. Tiles of one row
 *   or column are never parted (`stripsByPosition`).
 *
 * The result depends on the set of tiles, not on their order.
 *
 * @throws InputError where an id appears twice, the number of folds is not a whole number from 2, or a
 *   fold would be empty: fewer tiles, slides or strips than folds
 */
export function foldTiles(
  tiles: readonly SplittableTile[],
  { seed, folds, by }: FoldRequest,
): TileSplit[] {
  if (!(Number.isInteger(folds) && folds >= 2))
    throw new InputError({
      field: 'folds',
      problem: `${folds}`,
      expected: 'a whole number of folds from 2',
    });
  const sorted = sortedById(tiles);
  // Before there is memory taken for as many.
  if (folds > sorted.length) throw tooFew(sorted, folds, by);
  const random = randomStream(seed, 'folds', by);
  const groups = random.shuffled(groupsOf(sorted, folds, by)).sort((a, b) => size(b) - size(a));
  const members: SplittableTile[][] = Array.from({ length: folds }, () => []);
  for (const parts of groups) {
    // The largest part to the smallest fold; a fold gets one part of a group.
    const smallest = random.shuffled(members).sort((a, b) => a.length - b.length);
    const largest = parts.toSorted((a, b) => b.length - a.length);
    largest.forEach((part, k) => {
      for (const tile of part) smallest[k].push(tile);
    });
  }
  if (members.some((fold) => fold.length === 0)) throw tooFew(sorted, folds, by);
  return members.map((fold) => {
    const inFold = new Set(fold);
    return parted(sorted, (tile) => inFold.has(tile));
  });
}

/** What is handed out together, each in parts for different folds, at most as many as there are folds. */
function groupsOf(
  sorted: readonly SplittableTile[],
  folds: number,
  by: SplitRule,
): (readonly SplittableTile[])[][] {
  if (by === 'random') return sorted.map((tile) => [[tile]]);
  if (by === 'slide')
    return [...groupTiles(sorted, (tile) => String(tile.source)).values()].map((slide) => [slide]);
  return stripsByPosition(sorted, folds);
}

function size(parts: readonly (readonly SplittableTile[])[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function tooFew(tiles: readonly SplittableTile[], folds: number, by: SplitRule): InputError {
  const slides = groupTiles(tiles, (tile) => String(tile.source)).size;
  const of = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
  const problem = `${of(folds, 'fold')} by ${by} of ${of(tiles.length, 'tile')} of ${of(slides, 'slide')} leave one without a tile`;
  return new InputError({
    field: 'folds',
    problem,
    expected:
      by === 'random'
        ? 'as many tiles as folds, or more'
        : by === 'slide'
          ? 'as many slides as folds, or more'
          : 'as many rows or columns of tiles as folds, or more',
    hint:
      by === 'random'
        ? 'Add labelled tiles, or make fewer folds.'
        : 'Make fewer folds, or fold by another rule.',
  });
}
