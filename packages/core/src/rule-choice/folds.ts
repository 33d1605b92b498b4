import { randomStream } from '../random.js';
import { groupBy } from '../tables/index.js';
import type { RuleTile } from './rule-tile.js';

/** Parts of the tiles, unless there are fewer tiles. */
const FOLDS = 5;

/**
 * Parts tiles into up to five folds of nearly one size, those of each (dataset, source) spread over all of
 * them, by a seeded shuffle.
 *
 * @returns indices of the tiles; each fold has one at least
 */
export function tileFolds(tiles: readonly RuleTile[], seed: number): number[][] {
  const folds = Array.from({ length: Math.min(FOLDS, tiles.length) }, (): number[] => []);
  const named = tiles.map(({ dataset, source }, index) => ({ dataset, source, index }));
  let next = 0;
  for (const { key, rows } of groupBy(named, ['dataset', 'source'])) {
    const random = randomStream(seed, 'calibration folds', `${key.dataset}`, `${key.source}`);
    for (const { index } of random.shuffled(rows)) folds[next++ % folds.length].push(index);
  }
  return folds;
}
