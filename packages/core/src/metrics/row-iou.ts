import { IGNORED } from '../truth.js';
import { requireSameLength } from './overlap.js';

/**
 * Row IoU: the number that the source notebook publishes as average IoU.
 *
 * Its function averages over the first axis, meant for images; given a single image it averages over
 * the image's rows instead. A row empty in both counts 1, so that a tile with few vessels scores
 * high whatever is predicted in the other rows. The value is rounded to three decimals for each
 * image (half to even), as the notebook does before it takes means. Only for comparison with its
 * table: it is not the IoU of the image. Ignored pixels are left out, and rows of nothing else.
 *
 * @param truth 0, 1 and `IGNORED`, height * width.
 * @param prediction 0 and 1, the same shape.
 * @param width of the image in pixels.
 */
export function rowIou(truth: Uint8Array, prediction: Uint8Array, width: number): number {
  requireSameLength(truth, prediction);
  const rows = truth.length / width;
  if (!Number.isInteger(rows) || rows < 1)
    throw new RangeError(`${truth.length} pixels are no image of rows of ${width}`);
  let sum = 0;
  let counted = 0;
  for (let start = 0; start < truth.length; start += width) {
    let both = 0;
    let either = 0;
    let ignored = 0;
    for (let p = start; p < start + width; p++) {
      if (truth[p] === IGNORED) {
        ignored++;
        continue;
      }
      both += truth[p] & prediction[p];
      either += truth[p] | prediction[p];
    }
    if (ignored === width) continue;
    counted++;
    sum += either === 0 ? 1 : both / either;
  }
  // An image of which nothing counts is empty in both.
  return counted === 0 ? 1 : roundHalfToEven((sum / counted) * 1000) / 1000;
}

function roundHalfToEven(value: number): number {
  const whole = Math.floor(value);
  const rest = value - whole;
  return rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? whole + 1 : whole;
}
