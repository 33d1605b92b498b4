import type { DrawnMetric } from '../statistics/drawn-intervals.js';
import { meanOf } from '../tables/aggregates.js';
import { cocoThresholds } from './coco-average-precision.js';
import type { ComparedImage } from './compare-instances.js';
import { matchBestFree } from './match-best-free.js';
import type { Outcome, UnsureRule } from './outcome.js';
import { type RankedImage, rankDetections } from './rank-detections.js';

/**
 * Average precision of draws of images: as `averagePrecision`, but images are matched and ranked once,
 * and a draw takes one pass of the ranking. An image taken twice counts as two images, whose equally
 * confident detections stand side by side.
 *
 * @param match says of each detection of an image what it is, as `matchBestOverlap` does
 * @returns null for draws without a truth
 * @throws RangeError two images of one id
 */
export function drawnAveragePrecision<Image extends RankedImage>(
  images: readonly Image[],
  match: (image: Image) => readonly Outcome[],
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
  /** Twice the image of each entry, and 1 for a true positive; the least confident first. */
  readonly codes: Int32Array;
  /** How many detections an entry stands for: 1 of a true positive. */
  readonly detections: Int32Array;
  /** Of each image. */
  readonly detectionsOf: Int32Array;
  readonly truePositivesOf: Int32Array;
}

/**
 * Precision is looked at after true positives only, the envelope being flat in between: the false
 * positives between two of them may stand in any order, and those of one image are one entry. Noise has
 * thousands of them a tile.
 */
function rankOnce<Image extends RankedImage>(
  images: readonly Image[],
  match: (image: Image) => readonly Outcome[],
): Ranking {
  const { image, truePositive } = rankDetections(images, match);
  const detectionsOf = new Int32Array(images.length);
  const truePositivesOf = new Int32Array(images.length);
  const codes = new Int32Array(image.length);
  const detections = new Int32Array(image.length);
  /** The entry of each image's false positives since the last true positive, if it is from then on. */
  const entryOf = new Int32Array(images.length).fill(-1);
  let start = 0;
  let entries = 0;
  for (let rank = image.length - 1; rank >= 0; rank--) {
    const index = image[rank];
    const right = truePositive[rank];
    detectionsOf[index]++;
    truePositivesOf[index] += right;
    if (right === 0 && entryOf[index] >= start) detections[entryOf[index]]++;
    else {
      codes[entries] = 2 * index + right;
      detections[entries] = 1;
      if (right === 0) entryOf[index] = entries;
      entries++;
      if (right === 1) start = entries;
    }
  }
  return {
    codes: codes.slice(0, entries),
    detections: detections.slice(0, entries),
    detectionsOf,
    truePositivesOf,
  };
}

// The loops below run for every resample, in whole numbers and almost without branches or divisions:
// which detections were drawn, and are right, cannot be foreseen. With copies side by side the precision
// is greatest after the last of a true positive's, so that one look at each is enough.

/** The sum of the envelope over the true positives. */
function areaOverAllPoints(
  { codes, detections, detectionsOf, truePositivesOf }: Ranking,
  counts: Uint32Array,
): number {
  let all = drawn(detectionsOf, counts) | 0;
  let found = drawn(truePositivesOf, counts) | 0;
  let envelope = 0;
  let area = 0;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at];
    const count = counts[code >> 1] | 0;
    const right = count & -(code & 1);
    if (found > envelope * all) envelope = found / all;
    area += envelope * right;
    all = (all - Math.imul(count, detections[at])) | 0;
    found = (found - right) | 0;
  }
  return area;
}

/** The mean of the envelope at the recalls 0, 0.01 … 1; 0 where one is not reached. */
function meanOverRecalls(
  { codes, detections, detectionsOf, truePositivesOf }: Ranking,
  counts: Uint32Array,
  truths: number,
): number {
  let all = drawn(detectionsOf, counts) | 0;
  let found = drawn(truePositivesOf, counts) | 0;
  let envelope = 0;
  let sum = 0;
  let level = 100;
  while (leastFound(level, truths) > found) level--;
  let needed = leastFound(level, truths);
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at];
    const count = counts[code >> 1] | 0;
    if (found > envelope * all) envelope = found / all;
    all = (all - Math.imul(count, detections[at])) | 0;
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

function truthsOf(images: readonly RankedImage[], counts: Uint32Array): number {
  let sum = 0;
  for (let k = 0; k < images.length; k++) sum += images[k].truths * counts[k];
  return sum;
}

function drawn(values: Int32Array, counts: Uint32Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k] * counts[k];
  return sum;
}
