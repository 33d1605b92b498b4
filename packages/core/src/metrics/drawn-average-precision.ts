import type { DrawnMetric } from '../statistics/drawn-intervals.js';
import { meanOf } from '../tables/aggregates.js';
import { cocoThresholds } from './coco-average-precision.js';
import type { ComparedImage } from './compare-instances.js';
import { matchBestFree } from './match-best-free.js';
import type { Outcome, UnsureRule } from './outcome.js';
import { rankDetections } from './rank-detections.js';

/**
 * Average precision of draws of images: as `averagePrecision`, but images are matched and ranked once,
 * and a draw takes one pass of the ranking. An image taken twice counts as two images, whose equally
 * confident detections stand side by side.
 *
 * @param match says of each detection of an image what it is, as `matchBestOverlap` does
 * @returns null for draws without a truth
 * @throws RangeError two images of one id
 */
export function drawnAveragePrecision(
  images: readonly ComparedImage[],
  match: (image: ComparedImage) => readonly Outcome[],
): DrawnMetric {
  const ranking = rankOnce(images, match);
  return (counts) => {
    const truths = truthsOf(images, counts);
    return truths === 0 ? null : areaOverAllPoints(ranking, counts) / truths;
  };
}

/** The same of `cocoAveragePrecision`, averaged over `cocoThresholds`. */
export function drawnCocoAveragePrecision(
  images: readonly ComparedImage[],
  { unsure = 'background' }: { readonly unsure?: UnsureRule } = {},
): DrawnMetric {
  const rankings = cocoThresholds.map((threshold) =>
    rankOnce(images, (image) => matchBestFree(image, threshold, unsure)),
  );
  return (counts) => {
    const truths = truthsOf(images, counts);
    if (truths === 0) return null;
    return meanOf(rankings.map((ranking) => meanOverRecalls(ranking, counts, truths)));
  };
}

/** A ranking from its end, where the envelope begins, and its totals by image. */
interface Ranking {
  /** Twice the image of each detection, and 1 for a true positive; the least confident first. */
  readonly codes: Int32Array;
  /** Of each image. */
  readonly detections: Int32Array;
  readonly truePositives: Int32Array;
}

function rankOnce(
  images: readonly ComparedImage[],
  match: (image: ComparedImage) => readonly Outcome[],
): Ranking {
  const { image, truePositive } = rankDetections(images, match);
  const detections = new Int32Array(images.length);
  const truePositives = new Int32Array(images.length);
  const codes = Int32Array.from(image, (index, rank) => {
    detections[index]++;
    truePositives[index] += truePositive[rank];
    return 2 * index + truePositive[rank];
  });
  return { codes: codes.reverse(), detections, truePositives };
}

// The loops below run for every resample, in whole numbers and almost without branches or divisions:
// which detections were drawn, and are right, cannot be foreseen. With copies side by side the precision
// is greatest after the last of a true positive's, so that one look at each is enough.

/** The sum of the envelope over the true positives. */
function areaOverAllPoints(
  { codes, detections, truePositives }: Ranking,
  counts: Uint32Array,
): number {
  let all = drawn(detections, counts) | 0;
  let found = drawn(truePositives, counts) | 0;
  let envelope = 0;
  let area = 0;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at];
    const count = counts[code >> 1] | 0;
    const right = count & -(code & 1);
    if (found > envelope * all) envelope = found / all;
    area += envelope * right;
    all = (all - count) | 0;
    found = (found - right) | 0;
  }
  return area;
}

/** The mean of the envelope at the recalls 0, 0.01 … 1; 0 where one is not reached. */
function meanOverRecalls(
  { codes, detections, truePositives }: Ranking,
  counts: Uint32Array,
  truths: number,
): number {
  let all = drawn(detections, counts) | 0;
  let found = drawn(truePositives, counts) | 0;
  let envelope = 0;
  let sum = 0;
  let level = 100;
  while (leastFound(level, truths) > found) level--;
  let needed = leastFound(level, truths);
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at];
    const count = counts[code >> 1] | 0;
    if (found > envelope * all) envelope = found / all;
    all = (all - count) | 0;
    found = (found - (count & -(code & 1))) | 0;
    while (needed > found) {
      sum += envelope;
      needed = leastFound(--level, truths);
    }
  }
  // Recall 0 is reached with the first detection, here the last.
  return (sum + envelope) / 101;
}

/** How many true positives make a recall of so many hundredths, as NumPy's linspace has them. */
function leastFound(level: number, truths: number): number {
  let found = Math.ceil(level * 0.01 * truths);
  while (found > 0 && (found - 1) / truths >= level * 0.01) found--;
  while (found / truths < level * 0.01) found++;
  return found;
}

function truthsOf(images: readonly ComparedImage[], counts: Uint32Array): number {
  let sum = 0;
  for (let k = 0; k < images.length; k++) sum += images[k].truths * counts[k];
  return sum;
}

function drawn(values: Int32Array, counts: Uint32Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k] * counts[k];
  return sum;
}
