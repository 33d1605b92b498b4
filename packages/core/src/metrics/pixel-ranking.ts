import { IGNORED } from '../truth.js';
import { requireProbabilities } from './probabilities.js';

/**
 * Pixels of any number of images, counted by truth in 64,513 bins of their probability, from 0 to 1:
 * what ranking metrics need, in 1 MB however many images there are.
 */
export interface PixelRanking {
  /** Pixels of vessel in each bin. */
  readonly positives: Float64Array;
  /** Other pixels in each bin. */
  readonly negatives: Float64Array;
}

/** A metric of binned probabilities, and the limits within which that of the probabilities lies. */
export interface BoundedMetric {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How many low bits of a float32 a bin leaves out, which keeps 8 of its fraction. */
const DROPPED_BITS = 15;
/** The bin of 0.5, whose bits are those of exponent -1. */
const MIDDLE = (126 << 23) >>> DROPPED_BITS;

/** The bin of a float32 from 0 to 1; greater probabilities are in the same or a later bin. */
export function binOf(probability: number): number {
  const folded = Float32Array.of(probability < 0.5 ? probability : 1 - probability);
  const bin = (new Uint32Array(folded.buffer)[0] << 1) >>> (DROPPED_BITS + 1);
  return probability < 0.5 ? bin : 2 * MIDDLE - bin;
}

/** No pixels yet. */
export function emptyRanking(): PixelRanking {
  const bins = 2 * MIDDLE + 1;
  return { positives: new Float64Array(bins), negatives: new Float64Array(bins) };
}

/**
 * Adds the pixels of an image to the counts, ignored ones left out.
 *
 * Bins are narrow where sigmoids crowd: below 0.5 a bin is 1/256 to 1/512 of its probability wide,
 * above 0.5 of the distance to 1. Bins of equal width would make ties of most pixels there.
 *
 * @param probability 0 to 1, any shape
 * @param truth 0, 1 and `IGNORED`, the same shape
 * @throws RangeError another length, or a probability that is not from 0 to 1; nothing is added then
 */
export function addToRanking(
  { positives, negatives }: PixelRanking,
  probability: Float32Array,
  truth: Uint8Array,
): void {
  requireProbabilities(probability, truth);
  // The bits of floats from 0 sort like the floats; the sign goes, for there is a zero that has it.
  const small = new Float32Array(1);
  const bits = new Uint32Array(small.buffer);
  for (let at = 0; at < probability.length; at++) {
    if (truth[at] === IGNORED) continue;
    const p = probability[at];
    // Exact: a float32 from 0.5 to 1 is a multiple of 2^-24, and so is what is left to 1.
    small[0] = p < 0.5 ? p : 1 - p;
    const bin = (bits[0] << 1) >>> (DROPPED_BITS + 1);
    const counts = truth[at] === 0 ? negatives : positives;
    counts[p < 0.5 ? bin : 2 * MIDDLE - bin]++;
  }
}

/**
 * Area under the receiver operating characteristic: the probability that a pixel of vessel ranks above
 * another one, ties counting half (Hanley, McNeil 1982).
 *
 * Pixels of one bin count as ties; their true order could move the area by half the share of pairs that
 * are, and the limits are that far away.
 *
 * @returns null unless there are pixels of both kinds
 */
export function rocAuc({ positives, negatives }: PixelRanking): BoundedMetric | null {
  let below = 0;
  let ordered = 0;
  let tied = 0;
  for (let bin = 0; bin < positives.length; bin++) {
    ordered += positives[bin] * below;
    tied += positives[bin] * negatives[bin];
    below += negatives[bin];
  }
  const pairs = sumOf(positives) * below;
  if (pairs === 0) return null;
  return {
    value: (ordered + tied / 2) / pairs,
    low: ordered / pairs,
    high: (ordered + tied) / pairs,
  };
}

/**
 * Average precision of pixels: the precision at each distinct probability, from the highest down, weighted
 * by the recall it adds, with no interpolation (`sklearn.metrics.average_precision_score`).
 *
 * Pixels of one bin count as equally probable. The limits give each vessel pixel of a bin the least and
 * the greatest precision it could have there: ranked first of them and after all the bin's other pixels,
 * or last of them and before those.
 *
 * @returns null without a pixel of vessel
 */
export function pixelAveragePrecision({
  positives,
  negatives,
}: PixelRanking): BoundedMetric | null {
  let found = 0;
  let wrong = 0;
  const sums = { value: 0, low: 0, high: 0 };
  for (let bin = positives.length - 1; bin >= 0; bin--) {
    const here = positives[bin];
    const last = found + here;
    if (here > 0) {
      sums.low += (here * (found + 1)) / (found + 1 + wrong + negatives[bin]);
      sums.high += (here * last) / (last + wrong);
      sums.value += (here * last) / (last + wrong + negatives[bin]);
    }
    found = last;
    wrong += negatives[bin];
  }
  if (found === 0) return null;
  return { value: sums.value / found, low: sums.low / found, high: sums.high / found };
}

function sumOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
