import { InputError } from '../errors.js';
import { randomStream } from '../random.js';
import { trainByPosition } from './by-position.js';
import { trainBySlide } from './by-slide.js';
import { parted, type SplittableTile, sortedById, type TileSplit } from './tile.js';

/**
 * What is kept together: nothing (`random`, the notebook's), whole slides (`slide`), or one end of
 * each slide (`position`).
 */
export type SplitRule = 'random' | 'slide' | 'position';

export interface SplitRequest {
  readonly seed: number;
  /** The share of tiles for training, above 0 and below 1. */
  readonly trainFraction: number;
  readonly by: SplitRule;
}

/**
 * Parts tiles into training and validation.
 *
 * - `random`: a seeded shuffle, the first floor(n * trainFraction) for training (1633 tiles at 0.8:
 *   1306 and 327). Nearly every validation tile then has a training tile beside it in its slide,
 *   and the validation score is better than that of a new slide (see `neighboursAcrossSplit`).
 * - `slide`: every slide on one side, the number of training tiles as near to the fraction as whole
 *   slides allow; the seed decides only among choices equally near.
 * - `position`: one straight cut through the tiles of each (slide, dataset).
 *
 * The result depends on the set of tiles, not on their order.
 *
 * @throws InputError where an id appears twice, the fraction is not between 0 and 1, there are fewer
 *   than two slides to part, or a side would be empty.
 */
export function splitTiles(
  tiles: readonly SplittableTile[],
  { seed, trainFraction, by }: SplitRequest,
): TileSplit {
  if (!(trainFraction > 0 && trainFraction < 1))
    throw new InputError({
      field: 'trainFraction',
      problem: `${trainFraction}`,
      expected: 'a number above 0 and below 1',
    });
  const sorted = sortedById(tiles);
  // 100 * 0.29 is 28.999999999999996: what was meant is 29.
  const wanted = Math.floor(sorted.length * trainFraction + 1e-9);
  const random = randomStream(seed, 'split', by);
  const chosen =
    by === 'random'
      ? random.shuffled(sorted).slice(0, wanted)
      : by === 'slide'
        ? trainBySlide(sorted, sorted.length * trainFraction, random)
        : trainByPosition(sorted, trainFraction, seed);

  const inTrain = new Set(chosen);
  const split = parted(sorted, (tile) => !inTrain.has(tile));
  refuseEmpty(split, by, trainFraction);
  return split;
}

function refuseEmpty({ train, validation }: TileSplit, by: SplitRule, fraction: number): void {
  if (train.length > 0 && validation.length > 0) return;
  const tiles = train.length + validation.length;
  const side = train.length === 0 ? 'training' : 'validation';
  throw new InputError({
    field: 'split',
    problem: `${tiles} tile${tiles === 1 ? '' : 's'} by ${by} at a train fraction of ${fraction} leave none for ${side}`,
    hint:
      tiles < 2
        ? 'Add labelled tiles: two at least are needed.'
        : by === 'position'
          ? 'Add labelled tiles, split at random, or choose a fraction nearer to 0.5.'
          : 'Add labelled tiles or choose a fraction nearer to 0.5.',
  });
}
