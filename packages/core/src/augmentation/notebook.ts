import type { Random } from '../random.js';
import type { Augmentation } from './augmentation.js';

/** How likely each part of an augmentation is; 0 leaves the part out. */
export interface AugmentationProbabilities {
  readonly flipLeftRight: number;
  readonly flipUpDown: number;
  /** That the picture is turned at all; 90, 180 and 270 degrees are then equally likely. */
  readonly quarterTurn: number;
  readonly zoom: number;
}

/** The notebook's: the four rotations are equally likely. */
export const notebookProbabilities: AugmentationProbabilities = {
  flipLeftRight: 0.5,
  flipUpDown: 0.5,
  quarterTurn: 0.75,
  zoom: 0.3,
};

/**
 * Draws the notebook's augmentation for one tile.
 *
 * The zoom's corner (x, y) is a whole pixel within the first 20 % of the side on either axis; what
 * is left from it is `side - max(x, y)`, and the zoomed square has 80 to 100 % of that, upper end
 * excluded, as `np.arange(int(0.8 * left), left)` has it.
 *
 * The notebook draws once for a whole batch; open one stream for each tile and epoch instead, such as
 * `randomStream(seed, epoch, id, 'augmentation')`.
 *
 * @param side of the square in pixels, at least 1.
 */
export function drawNotebookAugmentation(
  random: Random,
  side: number,
  probabilities: AugmentationProbabilities = notebookProbabilities,
): Augmentation {
  if (!Number.isInteger(side) || side < 1)
    throw new RangeError(`side ${side} is not a whole number of pixels from 1`);
  const flipLeftRight = random.chance(probabilities.flipLeftRight);
  const flipUpDown = random.chance(probabilities.flipUpDown);
  const quarterTurns = random.chance(probabilities.quarterTurn)
    ? ((1 + random.integer(3)) as 1 | 2 | 3)
    : 0;
  const turned: Augmentation = { flipLeftRight, flipUpDown, quarterTurns };
  return random.chance(probabilities.zoom) ? { ...turned, zoom: drawZoom(random, side) } : turned;
}

function drawZoom(random: Random, side: number): { x: number; y: number; side: number } {
  // Squares of a few pixels have no 20 % and no 80 %: the corner stays at 0, the side at 1.
  const reach = Math.max(1, Math.floor(0.2 * side));
  const x = random.integer(reach);
  const y = random.integer(reach);
  const left = side - Math.max(x, y);
  const least = Math.max(1, Math.floor(0.8 * left));
  return { x, y, side: least + random.integer(Math.max(1, left - least)) };
}
