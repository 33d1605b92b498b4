import type { Recolouring } from './recolour.js';
import type { Warp } from './warp.js';

/**
 * What is done to one square of a tile, in this order: rotation and scale of the warp, flips, quarter
 * turns, zoom, elastic field of the warp, colours.
 *
 * A plain value: it can be written to a log, drawn in one place and carried out in another. The
 * picture is not touched before `sampleInto` moves every pixel once.
 */
export interface Augmentation {
  readonly flipLeftRight: boolean;
  readonly flipUpDown: boolean;
  /** Turns by 90 degrees counter-clockwise, as `tf.image.rot90` and `numpy.rot90` count them. */
  readonly quarterTurns: 0 | 1 | 2 | 3;
  /** The square of the flipped and turned picture that is enlarged to fill it, in whole pixels. */
  readonly zoom?: { readonly x: number; readonly y: number; readonly side: number };
  /** Any angle, any size, elastic deformation: pixels are read between pixels, from the whole tile. */
  readonly warp?: Warp;
  /** Changes of the image; the truth is left as it is. */
  readonly colour?: Recolouring;
}

/** Nothing is changed: what validation uses. */
export const identityAugmentation: Augmentation = {
  flipLeftRight: false,
  flipUpDown: false,
  quarterTurns: 0,
};
