import { type InstanceOptions, rankInstances } from './average-precision.js';
import type { ComparedImage } from './compare-instances.js';
import { dice, type Found, precision, recall } from './overlap.js';

/** Instances found and missed, in all images together. */
export interface InstanceScore extends Found {
  /** TP / (TP + FP); null where nothing was found. */
  readonly precision: number | null;
  /** TP / (TP + FN); null without a truth. */
  readonly recall: number | null;
  /** 2 TP / (2 TP + FP + FN); null where there is neither a truth nor a detection. */
  readonly f1: number | null;
}

/**
 * Precision, recall and F1, their harmonic mean, of the detections that are confident enough; true
 * positives are those of `averagePrecision`, so that this is a point of `precisionRecallCurve`.
 *
 * Source: van Rijsbergen, *Information Retrieval* (1979); of cells at an IoU, Caicedo and others,
 * *Nucleus segmentation across imaging experiments* (2019).
 *
 * @param options.minimumConfidence 0 to 1; 0 unless told, which counts all
 * @throws RangeError as `averagePrecision`
 */
export function instanceScore(
  images: readonly ComparedImage[],
  options: InstanceOptions & { readonly minimumConfidence?: number } = {},
): InstanceScore {
  const { truths, confidences, truePositive } = rankInstances(images, options);
  const { minimumConfidence = 0 } = options;
  let detections = 0;
  let found = 0;
  for (; confidences[detections] >= minimumConfidence; detections++)
    found += truePositive[detections];
  const counts: Found = {
    truePositive: found,
    falsePositive: detections - found,
    falseNegative: truths - found,
  };
  return {
    ...counts,
    precision: precision(counts),
    recall: recall(counts),
    f1: truths + detections === 0 ? null : dice(counts),
  };
}
