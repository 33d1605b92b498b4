import { meanOf } from '../tables/aggregates.js';
import { cocoThresholds, meanOverRecalls } from './coco-average-precision.js';
import type { ComparedImage } from './compare-instances.js';
import { matchBestFree } from './match-best-free.js';
import { matchBestOverlap } from './match-best-overlap.js';
import type { Outcome } from './outcome.js';
import { panopticQuality } from './panoptic-quality.js';
import { type RankedImage, rankDetections } from './rank-detections.js';

/**
 * What became of an image's detections by each rule of matching, unsure regions being background. It
 * takes 9 bytes a detection and 1 kB an image, where `ComparedImage` takes 8 bytes for each pair of a
 * detection and a truth: a map that is mostly noise has thousands of detections.
 */
export interface MatchedImage extends RankedImage {
  /** Of each detection: 1 for a true positive by `matchBestOverlap`, else 0. */
  readonly truePositive: Uint8Array;
  readonly coco: CocoMatches;
  /** Pairs that `panopticQuality` matches, and the sum of their IoU. */
  readonly pairs: number;
  readonly pairIou: number;
}

/** The detections that count for COCO, at most 100, in the order given. */
interface CocoMatches extends RankedImage {
  /** Of each: bit k is set where it is a true positive by `matchBestFree` at `cocoThresholds[k]`. */
  readonly truePositive: Uint16Array;
}

/**
 * Matches the detections of one image by the rules of all metrics.
 *
 * @param threshold IoU at which a detection has found a truth by `matchBestOverlap`
 */
export function matchImage(image: ComparedImage, threshold: number): MatchedImage {
  const { id, truths, confidences } = image;
  const outcomes = matchBestOverlap(image, threshold, 'background');
  const { truePositive: pairs, segmentation } = panopticQuality([image]);
  return {
    id,
    truths,
    confidences,
    truePositive: Uint8Array.from(outcomes, (outcome) => (outcome === 'true positive' ? 1 : 0)),
    coco: matchForCoco(image),
    pairs,
    pairIou: pairs * (segmentation ?? 0),
  };
}

function matchForCoco(image: ComparedImage): CocoMatches {
  const { id, truths, confidences } = image;
  const levels = cocoThresholds.map((level) => matchBestFree(image, level, 'background'));
  // Without regions to ignore, whether a detection counts depends on its confidence alone.
  const counted = Array.from(confidences.keys()).filter((k) => levels[0][k] !== 'ignored');
  return {
    id,
    truths,
    confidences: Float64Array.from(counted, (k) => confidences[k]),
    truePositive: Uint16Array.from(counted, (k) =>
      levels.reduce((bits, level, bit) => bits | (level[k] === 'true positive' ? 1 << bit : 0), 0),
    ),
  };
}

/** The outcomes of `matchBestOverlap` again. */
export function outcomesOf({ truePositive }: MatchedImage): Outcome[] {
  return outcomes(truePositive, 0);
}

/** `cocoAveragePrecision` of matched images, averaged over `cocoThresholds`; null without a truth. */
export function matchedCocoAveragePrecision(images: readonly MatchedImage[]): number | null {
  if (images.every(({ truths }) => truths === 0)) return null;
  const matches = images.map(({ coco }) => coco);
  return meanOf(
    cocoThresholds.map((_, bit) =>
      meanOverRecalls(rankDetections(matches, ({ truePositive }) => outcomes(truePositive, bit))),
    ),
  );
}

function outcomes(truePositive: Uint8Array | Uint16Array, bit: number): Outcome[] {
  return Array.from(truePositive, (bits) =>
    (bits >> bit) & 1 ? 'true positive' : 'false positive',
  );
}
