import { checkRle } from '../formats/rle.js';
import type { Instance } from './instance.js';

/**
 * The instance of a mask's COCO run lengths: as `decodeRle`, but only the box of its pixels is held.
 *
 * @param width columns of the whole image
 * @param height rows of the whole image
 * @returns an empty mask is an instance of 0 pixels in a box of 0 x 0
 * @throws InputError as `decodeRle`
 */
export function instanceOfRle(counts: readonly number[], width: number, height: number): Instance {
  checkRle(counts, width, height);
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  let area = 0;
  for (const { start, end } of foreground(counts)) {
    const first = Math.floor(start / height);
    const last = Math.floor((end - 1) / height);
    left = Math.min(left, first);
    right = last;
    // A run over the end of a column has pixels in the last row and in the first.
    top = Math.min(top, first === last ? start % height : 0);
    bottom = Math.max(bottom, first === last ? (end - 1) % height : height - 1);
    area += end - start;
  }
  if (area === 0)
    return { box: { x: 0, y: 0, width: 0, height: 0 }, mask: new Uint8Array(0), area };
  const box = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  const mask = new Uint8Array(box.width * box.height);
  for (const { start, end } of foreground(counts)) {
    let row = start % height;
    let column = (start - row) / height;
    for (let at = start; at < end; at++) {
      mask[(row - top) * box.width + column - left] = 1;
      if (++row < height) continue;
      row = 0;
      column++;
    }
  }
  return { box, mask, area };
}

/** Runs of foreground by their first pixel and the one after their last, in column-major order. */
function* foreground(counts: readonly number[]): Generator<{ start: number; end: number }> {
  let at = 0;
  for (let i = 0; i < counts.length; i++) {
    if (i % 2 === 1 && counts[i] > 0) yield { start: at, end: at + counts[i] };
    at += counts[i];
  }
}
