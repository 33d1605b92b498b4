import { InputError } from '../errors.js';
import type { Random } from '../random.js';

/** A square of a tile: upper-left pixel and side, in tile pixels. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** What a crop is drawn from. */
export interface CropRequest {
  /** Of the tile, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Side of the crop in pixels, from 1 to the tile's shorter side. */
  readonly size: number;
  /**
   * The share of crops (0 to 1) that hold at least one pixel of value 1 of the tile's truth map, where it
   * has any; 0 draws nothing.
   */
  readonly foreground?: { readonly mask: Uint8Array; readonly share: number };
}

/**
 * Draws a crop, every place inside the tile equally likely.
 *
 * With `foreground`, that share of the crops is drawn instead around a pixel of the mask: the pixel
 * uniformly among all of them, then the crop uniformly among those that hold it. Large vessels are
 * thus met more often than small ones, as they are by chance. A mask without foreground gives plain
 * crops. An augmentation of the crop may still leave the pixel outside.
 *
 * @throws InputError where the crop does not fit the tile.
 */
export function drawCrop(random: Random, request: CropRequest): Crop {
  const { width, height, size, foreground } = request;
  if (!Number.isInteger(size) || size < 1 || size > Math.min(width, height))
    throw new InputError({
      field: 'crop',
      problem: `a crop of ${size} pixels does not fit a tile of ${width} x ${height}`,
      expected: `a whole number from 1 to ${Math.min(width, height)}`,
      hint: 'Choose a smaller crop or leave out the smaller tiles.',
    });
  if (foreground !== undefined && foreground.mask.length !== width * height)
    throw new RangeError(
      `mask of ${foreground.mask.length} pixels for a tile of ${width} x ${height}`,
    );
  if (foreground !== undefined && foreground.share > 0 && random.chance(foreground.share)) {
    const pixel = drawForegroundPixel(random, foreground.mask);
    if (pixel !== undefined)
      return {
        x: drawStart(random, pixel % width, width, size),
        y: drawStart(random, Math.floor(pixel / width), height, size),
        size,
      };
  }
  return { x: random.integer(width - size + 1), y: random.integer(height - size + 1), size };
}

/** Uniform among the starts whose `size` pixels hold `position` and lie inside `extent`. */
function drawStart(random: Random, position: number, extent: number, size: number): number {
  const first = Math.max(0, position - size + 1);
  const last = Math.min(extent - size, position);
  return first + random.integer(last - first + 1);
}

/** Each pixel of value 1 equally likely. Two passes over the mask: about a millisecond a million pixels. */
function drawForegroundPixel(random: Random, mask: Uint8Array): number | undefined {
  let count = 0;
  for (let p = 0; p < mask.length; p++) if (mask[p] === 1) count++;
  if (count === 0) return undefined;
  let before = random.integer(count);
  let pixel = 0;
  while (mask[pixel] !== 1 || before-- > 0) pixel++;
  return pixel;
}
