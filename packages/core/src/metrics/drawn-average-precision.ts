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
  const depths = new Int32Array(ranking.order.length);
  return (counts) => {
    const truths = truthsOf(images, counts);
    if (truths === 0) return null;
    countDepths(ranking, counts, depths);
    return areaOverAllPoints(ranking, depths, counts) / truths;
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
  // Thresholds differ in their true positives; in the order only where some ignore what others count.
  const sameAsBefore = rankings.map(({ order }, k) => k > 0 && equal(order, rankings[k - 1].order));
  const depths = new Int32Array(Math.max(...rankings.map(({ order }) => order.length)));
  return (counts) => {
    const truths = truthsOf(images, counts);
    if (truths === 0) return null;
    const values = rankings.map((ranking, k) => {
      if (!sameAsBefore[k]) countDepths(ranking, counts, depths);
      return meanOverRecalls(ranking, depths, counts, truths);
    });
    return meanOf(values);
  };
}

interface Ranking {
  /** The image of each detection that counts, most confident first. */
  readonly order: Int32Array;
  /** Where in the order the true positives stand, the least confident first, and their images. */
  readonly ranks: Int32Array;
  readonly images: Int32Array;
  /** True positives of each image. */
  readonly truePositives: Int32Array;
}

function rankOnce(
  images: readonly ComparedImage[],
  match: (image: ComparedImage) => readonly Outcome[],
): Ranking {
  const { image, truePositive } = rankDetections(images, match);
  const ranks = Int32Array.from(image.keys())
    .filter((rank) => truePositive[rank] === 1)
    .reverse();
  const truePositives = new Int32Array(images.length);
  for (const rank of ranks) truePositives[image[rank]]++;
  return {
    order: Int32Array.from(image),
    ranks,
    images: ranks.map((rank) => image[rank]),
    truePositives,
  };
}

// The loops below run for every resample. The envelope has its steps at true positives, and with copies
// side by side precision is greatest after the last of one's, so that of the other detections only their
// number above is needed. It rises at every second true positive or so, which no processor foresees: the
// greater of two is taken without a branch, e + max(0, p - e), with max(0, d) = (d + |d|) / 2. That is p
// or e to the last bit, but for a rise to more than twice e. A draw of COCO's takes a third of the time
// that a pass over all detections with branches takes.

/** Makes 0 of 0 / 0, and changes no other quotient of whole numbers. */
const NEARLY_NOTHING = 1e-300;

/** How many detections a draw has down to each of the order. */
function countDepths({ order }: Ranking, counts: Uint32Array, depths: Int32Array): void {
  let depth = 0;
  for (let rank = 0; rank < order.length; rank++) {
    depth = (depth + counts[order[rank]]) | 0;
    depths[rank] = depth;
  }
}

/** The sum of the envelope over the true positives. */
function areaOverAllPoints(
  { ranks, images, truePositives }: Ranking,
  depths: Int32Array,
  counts: Uint32Array,
): number {
  let found = drawn(truePositives, counts) | 0;
  let envelope = 0;
  let area = 0;
  for (let k = 0; k < ranks.length; k++) {
    const count = counts[images[k]] | 0;
    const rise = found / (depths[ranks[k]] + NEARLY_NOTHING) - envelope;
    envelope += 0.5 * (rise + Math.abs(rise));
    area += envelope * count;
    found = (found - count) | 0;
  }
  return area;
}

/** The mean of the envelope at the recalls 0, 0.01 … 1; 0 where one is not reached. */
function meanOverRecalls(
  { ranks, images, truePositives }: Ranking,
  depths: Int32Array,
  counts: Uint32Array,
  truths: number,
): number {
  let found = drawn(truePositives, counts) | 0;
  let envelope = 0;
  let sum = 0;
  let level = 100;
  while (leastFound(level, truths) > found) level--;
  let needed = leastFound(level, truths);
  for (let k = 0; k < ranks.length; k++) {
    const rise = found / (depths[ranks[k]] + NEARLY_NOTHING) - envelope;
    envelope += 0.5 * (rise + Math.abs(rise));
    found = (found - counts[images[k]]) | 0;
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

function equal(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, k) => value === b[k]);
}
