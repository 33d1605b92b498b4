import { IGNORED } from '../truth.js';

/** Pixels of one image, or of many added up, by truth and prediction. */
export interface Overlap {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
  readonly trueNegative: number;
}

/** What most metrics need, of objects as of pixels: background that was left alone is not counted. */
export type Found = Omit<Overlap, 'trueNegative'>;

/**
 * The mask of pixels whose probability is above the cutoff; equal is not enough.
 *
 * The cutoff is rounded to float32 first, as NumPy does on a float32 array: otherwise a probability of
 * 0.8 (in float32 0.80000001) would be above a cutoff of 0.8.
 */
export function threshold(probability: Float32Array, cutoff: number): Uint8Array {
  const above = Math.fround(cutoff);
  const mask = new Uint8Array(probability.length);
  for (let p = 0; p < mask.length; p++) mask[p] = probability[p] > above ? 1 : 0;
  return mask;
}

/**
 * Counts pixels by truth and prediction, ignored ones left out.
 *
 * @param truth 0, 1 and `IGNORED`, any shape.
 * @param prediction 0 and 1, the same shape.
 */
export function overlap(truth: Uint8Array, prediction: Uint8Array): Overlap {
  requireSameLength(truth, prediction);
  let both = 0;
  let inTruth = 0;
  let inPrediction = 0;
  let counted = 0;
  for (let p = 0; p < truth.length; p++) {
    if (truth[p] === IGNORED) continue;
    counted++;
    both += truth[p] & prediction[p];
    inTruth += truth[p];
    inPrediction += prediction[p];
  }
  return {
    truePositive: both,
    falsePositive: inPrediction - both,
    falseNegative: inTruth - both,
    trueNegative: counted - inTruth - inPrediction + both,
  };
}

/** The counts of all images together: what pooled metrics are made of. */
export function pool(overlaps: readonly Overlap[]): Overlap {
  const total = { truePositive: 0, falsePositive: 0, falseNegative: 0, trueNegative: 0 };
  for (const one of overlaps) {
    total.truePositive += one.truePositive;
    total.falsePositive += one.falsePositive;
    total.falseNegative += one.falseNegative;
    total.trueNegative += one.trueNegative;
  }
  return total;
}

/**
 * Intersection over union (Jaccard index), TP / (TP + FP + FN).
 *
 * 1 where truth and prediction are both empty: nothing is there, and nothing was claimed. The same
 * rule serves one image and pooled counts, where it speaks only if every image is empty in both.
 */
export function iou({ truePositive, falsePositive, falseNegative }: Found): number {
  const union = truePositive + falsePositive + falseNegative;
  return union === 0 ? 1 : truePositive / union;
}

/** Dice coefficient (F1), 2 TP / (2 TP + FP + FN); 1 where truth and prediction are both empty. */
export function dice({ truePositive, falsePositive, falseNegative }: Found): number {
  const sizes = 2 * truePositive + falsePositive + falseNegative;
  return sizes === 0 ? 1 : (2 * truePositive) / sizes;
}

/** TP / (TP + FP); null where nothing was predicted. */
export function precision({ truePositive, falsePositive }: Found): number | null {
  const predicted = truePositive + falsePositive;
  return predicted === 0 ? null : truePositive / predicted;
}

/** TP / (TP + FN); null where there is nothing to find. */
export function recall({ truePositive, falseNegative }: Found): number | null {
  const present = truePositive + falseNegative;
  return present === 0 ? null : truePositive / present;
}

export function requireSameLength(truth: Uint8Array, prediction: ArrayLike<number>): void {
  if (truth.length !== prediction.length)
    throw new RangeError(
      `truth of ${truth.length} pixels against a prediction of ${prediction.length}`,
    );
}
