import { InputError } from '../errors.js';
import type { Box } from '../geometry/index.js';

/**
 * The most pixels a mask read from a file may have (16384 x 16384): a few bytes can claim any size, so
 * the claim is checked before memory is taken.
 */
export const MAX_MASK_PIXELS = 2 ** 28;

/**
 * COCO run lengths of a mask: the lengths of runs of equal pixels in column-major order (down the
 * first column, then the second …), in turn of background and foreground; the first is background and
 * may be 0.
 *
 * Source: the run-length encoding of the COCO API (`maskApi.c`, `rleEncode`).
 *
 * @param mask box.height*box.width, row-major; pixels other than 0 are foreground
 * @param width columns of the whole image
 * @param height rows of the whole image
 * @param box where the mask lies in the image, background around it; the whole image where left out.
 *   Only the box is scanned
 * @returns counts, summing to height*width
 * @throws RangeError a mask of another length than its box, or a box that leaves the image
 */
export function encodeRle(
  mask: Uint8Array,
  width: number,
  height: number,
  box: Box = { x: 0, y: 0, width, height },
): number[] {
  if (mask.length !== box.width * box.height)
    throw new RangeError(
      `mask of ${mask.length} pixels for width ${box.width} x height ${box.height} = ${box.width * box.height}`,
    );
  if (box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height)
    throw new RangeError(
      `box of ${box.width} x ${box.height} at [${box.x}, ${box.y}] leaves an image of ${width} x ${height}`,
    );
  const counts: number[] = [];
  let end = 0;
  for (let column = 0; column < box.width; column++)
    for (let row = 0; row < box.height; row++) {
      if (mask[row * box.width + column] === 0) continue;
      const at = (box.x + column) * height + box.y + row;
      if (at === end && counts.length > 0) counts[counts.length - 1]++;
      else counts.push(at - end, 1);
      end = at + 1;
    }
  if (end < width * height || counts.length === 0) counts.push(width * height - end);
  return counts;
}

/**
 * The mask of COCO run lengths, the inverse of `encodeRle`. A run of 0 pixels is accepted anywhere.
 *
 * @returns height*width, row-major, 0 and 1
 * @throws InputError a size that is no whole number or above `MAX_MASK_PIXELS`, a count that is
 *   negative or no whole number, or counts that do not sum to height*width
 */
export function decodeRle(counts: readonly number[], width: number, height: number): Uint8Array {
  checkRle(counts, width, height);
  const mask = new Uint8Array(width * height);
  let at = 0;
  for (let i = 0; i < counts.length; i++) {
    const end = at + counts[i];
    if (i % 2 === 0) at = end;
    else
      for (let row = at % height, column = (at - row) / height; at < end; at++) {
        mask[row * width + column] = 1;
        if (++row === height) {
          row = 0;
          column++;
        }
      }
  }
  return mask;
}

/** Throws the InputErrors of `decodeRle`, taking no memory. */
export function checkRle(counts: readonly number[], width: number, height: number): void {
  checkMaskSize(width, height);
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    if (!Number.isInteger(counts[i]) || counts[i] < 0)
      throw new InputError({
        problem: `run length ${i} is ${counts[i]}`,
        expected: 'a whole number, 0 or more',
      });
    sum += counts[i];
  }
  if (sum !== width * height)
    throw new InputError({
      problem: `run lengths sum to ${sum}`,
      expected: `height ${height} x width ${width} = ${width * height}`,
    });
}

/** Throws an InputError for a size that no mask read from a file may have. */
export function checkMaskSize(width: number, height: number): void {
  for (const [field, value] of Object.entries({ width, height }))
    if (!Number.isInteger(value) || value < 0)
      throw new InputError({ field, problem: `${value}`, expected: 'a whole number, 0 or more' });
  if (width * height > MAX_MASK_PIXELS)
    throw new InputError({
      problem: `a mask of height ${height} x width ${width} = ${width * height} pixels`,
      expected: `at most ${MAX_MASK_PIXELS}`,
    });
}
