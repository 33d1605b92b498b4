import { cocoThresholds, meanOverRecalls } from './coco-average-precision.js';
import type { ComparedImage } from './compare-instances.js';
import { matchBestFree } from './match-best-free.js';
import { matchBestOverlap } from './match-best-overlap.js';
import type { Outcome } from './outcome.js';
import { panopticQuality } from './panoptic-quality.js';
import { type RankedImage, rankDetections } from './rank-detections.js';

/**
 * What became of an image's detections by each rule of matching, unsure regions being background. It
 * takes 11 bytes a detection, where `ComparedImage` takes 8 for each truth too: a map that is mostly
 * noise has thousands of detections.
 */
export interface MatchedImage extends RankedImage {
  /** Of each detection: 1 for a true positive by `matchBestOverlap`, else 0. */
  readonly truePositive: Uint8Array;
  /**
   * Of each detection by `matchBestFree`: bit k is set where it is a true positive at
   * `cocoThresholds[k]`; -1 where it does not count at any.
   */
  readonly coco: Int16Array;
  /** Pairs that `panopticQuality` matches, and the sum of their IoU. */
  readonly pairs: number;
  readonly pairIou: number;
}

/**
 * Matches the detections of one image by the rules of all metrics.
 *
 * @param threshold IoU at which a detection has found a truth by `matchBestOverlap`
 */
export function matchImage(image: ComparedImage, threshold: number): MatchedImage {
  const { id, truths, confidences } = image;
  const coco = new Int16Array(confidences.length);
  cocoThresholds.forEach((level, bit) => {
    matchBestFree(image, level, 'background').forEach((outcome, k) => {
      if (outcome === 'ignored') coco[k] = -1;
      else if (outcome === 'true positive') coco[k] |= 1 << bit;
    });
  });
  const outcomes = matchBestOverlap(image, threshold, 'background');
  const { truePositive: pairs, segmentation } = panopticQuality([image]);
  return {
    id,
    truths,
    confidences,
    truePositive: Uint8Array.from(outcomes, (outcome) => (outcome === 'true positive' ? 1 : 0)),
    coco,
    pairs,
    pairIou: pairs * (segmentation ?? 0),
  };
}

/** The outcomes of `matchBestOverlap` again. */
export function outcomesOf({ truePositive }: MatchedImage): Outcome[] {
  return Array.from(truePositive, (one) => (one === 1 ? 'true positive' : 'false positive'));
}

/** `cocoAveragePrecision` of matched images, averaged over `cocoThresholds`; null without a truth. */
export function matchedCocoAveragePrecision(images: readonly MatchedImage[]): number | null {
  if (images.every(({ truths }) => truths === 0)) return null;
  const precisions = cocoThresholds.map((_, bit) =>
    meanOverRecalls(rankDetections(images, (image) => cocoOutcomes(image, bit))),
  );
  return precisions.reduce((sum, value) => sum + value, 0) / precisions.length;
}

function cocoOutcomes({ coco }: MatchedImage, bit: number): Outcome[] {
  return Array.from(coco, (bits) => {
    if (bits === -1) return 'ignored';
    return (bits >> bit) & 1 ? 'true positive' : 'false positive';
  });
}
