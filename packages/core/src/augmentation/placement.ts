import type { Augmentation } from './augmentation.js';
import type { Crop } from './crop.js';

/** Which square of the tile is read, and what is done to it. */
export interface Placement {
  readonly crop: Crop;
  readonly augmentation: Augmentation;
}

/** Flips and turns in one: a square mirrored along x, along y, then transposed (rows become columns). */
export interface Orientation {
  readonly mirroredX: boolean;
  readonly mirroredY: boolean;
  readonly transposed: boolean;
}

export function orientation({
  flipLeftRight,
  flipUpDown,
  quarterTurns: turns,
}: Augmentation): Orientation {
  // rot90 by one turn reads out[r][c] = in[c][size - 1 - r], by three in[size - 1 - c][r].
  return {
    mirroredX: (turns === 1 || turns === 2) !== flipLeftRight,
    mirroredY: (turns === 2 || turns === 3) !== flipUpDown,
    transposed: turns % 2 === 1,
  };
}
