import type { ComparedImage } from './compare-instances.js';
import { matchBestOverlap } from './match-best-overlap.js';
import { checkThreshold, type UnsureRule } from './outcome.js';
import {
  envelopeOf,
  precisionsOf,
  type RankedDetections,
  rankDetections,
} from './rank-detections.js';

/** IoU at which a vessel is found: the competition's. */
export const FOUND_IOU = 0.6;

/** How instances are matched and counted; the defaults are the competition's. */
export interface InstanceOptions {
  /** IoU at which a detection has found a truth, above 0, to 1; 0.6 unless told. */
  readonly threshold?: number;
  /**
   * `background` unless told: the competition's description knows truths of one class and says of
   * every other detection that it is a false positive. `ignored` asks what a model would score if the
   * regions that experts could not call were left out (`matchBestOverlap`).
   */
  readonly unsure?: UnsureRule;
  /**
   * Images without a truth: `counted` unless told, so that what is found in them is false positives,
   * as the competition pools the detections of all images. `left out` where emptiness was not checked.
   */
  readonly withoutTruth?: 'counted' | 'left out';
}

/**
 * Average precision of instances, the competition's metric (Open Images Challenge 2019, one class):
 * detections of all images ranked by confidence (`rankDetections`), true positives by
 * `matchBestOverlap`, and the area under the precision-recall curve at all its points, precision made
 * monotone from the right: the sum of that envelope over the true positives, divided by the truths.
 *
 * Source: Open Images evaluation protocols (2019); Everingham and others, *The PASCAL Visual Object
 * Classes Challenge: a retrospective* (2015), for the area.
 *
 * @returns 0 to 1; null without a truth
 * @throws RangeError a threshold out of range, or two images of one id
 */
export function averagePrecision(
  images: readonly ComparedImage[],
  options: InstanceOptions = {},
): number | null {
  return areaUnderEnvelope(rankInstances(images, options));
}

/** The area that `averagePrecision` is; null without a truth. */
export function areaUnderEnvelope(ranked: RankedDetections): number | null {
  if (ranked.truths === 0) return null;
  const envelope = envelopeOf(precisionsOf(ranked));
  const area = envelope.reduce((sum, value, rank) => sum + value * ranked.truePositive[rank], 0);
  return area / ranked.truths;
}

/** The ranking that average precision and the precision-recall curve are made of. */
export function rankInstances(
  images: readonly ComparedImage[],
  { threshold = 0.6, unsure = 'background', withoutTruth = 'counted' }: InstanceOptions,
): RankedDetections {
  checkThreshold(threshold);
  const counted = withoutTruth === 'counted' ? images : images.filter(({ truths }) => truths > 0);
  return rankDetections(counted, (image) => matchBestOverlap(image, threshold, unsure));
}
