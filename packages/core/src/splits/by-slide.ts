import { InputError } from '../errors.js';
import type { Random } from '../random.js';
import { groupTiles, type SplittableTile } from './tile.js';

/**
 * The training tiles of a split that keeps every slide whole: of all choices of slides that leave
 * a slide on either side, one whose number of tiles is nearest to `wanted`. The stream decides only
 * among choices that are equally near.
 *
 * Exact for any number of slides: the sums that slides can reach are found by dynamic programming
 * (subset sum), slides * tiles steps.
 */
export function trainBySlide<T extends SplittableTile>(
  tiles: readonly T[],
  wanted: number,
  random: Random,
): T[] {
  const slides = random.shuffled([...groupTiles(tiles, (tile) => String(tile.source)).values()]);
  if (slides.length < 2)
    throw new InputError({
      field: 'split',
      problem: `a split by slide of ${slides.length} slide${slides.length === 1 ? '' : 's'}`,
      expected: 'tiles of two slides or more',
      hint: 'Split by position within the slide, or at random.',
    });

  // reachedBy[n]: the first slide with which the slides so far can give n tiles; the rest of the
  // sum is then made of earlier slides.
  const reachedBy = new Int32Array(tiles.length + 1).fill(-1);
  for (const [index, { length }] of slides.entries())
    for (let sum = tiles.length; sum >= length; sum--)
      if (reachedBy[sum] < 0 && (sum === length || reachedBy[sum - length] >= 0))
        reachedBy[sum] = index;

  let nearest: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let sum = 1; sum < tiles.length; sum++) {
    const distance = Math.abs(sum - wanted);
    if (reachedBy[sum] < 0 || distance > least) continue;
    nearest = distance === least ? [...nearest, sum] : [sum];
    least = distance;
  }
  const train: T[] = [];
  for (let sum = nearest[random.integer(nearest.length)]; sum > 0; ) {
    const slide = slides[reachedBy[sum]];
    train.push(...slide);
    sum -= slide.length;
  }
  return train;
}
