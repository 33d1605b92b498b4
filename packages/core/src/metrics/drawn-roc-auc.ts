import type { DrawnMetric } from '../statistics/drawn-intervals.js';
import type { PixelRanking } from './pixel-ranking.js';

/** The bins of a `PixelRanking` that hold pixels: some thousand of an image, where all are 64,513. */
export interface RankedPixels {
  /** Rising. */
  readonly bins: Uint16Array;
  /** Pixels of vessel in each of them, and others. */
  readonly positives: Uint32Array;
  readonly negatives: Uint32Array;
}

export function rankedPixels({ positives, negatives }: PixelRanking): RankedPixels {
  const held: number[] = [];
  for (let bin = 0; bin < positives.length; bin++)
    if (positives[bin] + negatives[bin] > 0) held.push(bin);
  return {
    bins: Uint16Array.from(held),
    positives: Uint32Array.from(held, (bin) => positives[bin]),
    negatives: Uint32Array.from(held, (bin) => negatives[bin]),
  };
}

/**
 * Area under the ROC of all pixels of draws of images together, as `rocAuc` has it. What each image's
 * pixels of vessel rank above in each other image is counted once: a draw then takes a sum over pairs
 * of images, not over pixels.
 *
 * @returns null for draws without pixels of both kinds
 */
export function drawnRocAuc(images: readonly RankedPixels[]): DrawnMetric {
  const count = images.length;
  const positives = Float64Array.from(images, (image) => sumOf(image.positives));
  const negatives = Float64Array.from(images, (image) => sumOf(image.negatives));
  /** Of the row's pixels of vessel and the column's others, pairs in order, ties as half. */
  const ordered = new Float64Array(count * count);
  const bins = 1 + Math.max(0, ...images.map((image) => image.bins.at(-1) ?? 0));
  const below = new Float64Array(bins);
  for (let column = 0; column < count; column++) {
    rankInto(below, images[column]);
    for (let row = 0; row < count; row++) {
      const { bins: held, positives: found } = images[row];
      let pairs = 0;
      for (let k = 0; k < held.length; k++) pairs += found[k] * below[held[k]];
      ordered[row * count + column] = pairs;
    }
  }
  return (counts) => {
    let [right, found, others] = [0, 0, 0];
    for (let row = 0; row < count; row++) {
      found += counts[row] * positives[row];
      others += counts[row] * negatives[row];
      if (counts[row] === 0) continue;
      let pairs = 0;
      for (let column = 0; column < count; column++)
        pairs += counts[column] * ordered[row * count + column];
      right += counts[row] * pairs;
    }
    return found * others === 0 ? null : right / (found * others);
  };
}

/** For each bin the image's other pixels in lower bins, and half of those in it. */
function rankInto(below: Float64Array, { bins, negatives }: RankedPixels): void {
  let sum = 0;
  let bin = 0;
  for (let k = 0; k < bins.length; k++) {
    below.fill(sum, bin, bins[k]);
    below[bins[k]] = sum + negatives[k] / 2;
    sum += negatives[k];
    bin = bins[k] + 1;
  }
  below.fill(sum, bin);
}

function sumOf(values: Uint32Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
