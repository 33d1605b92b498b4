import { type InstanceOptions, rankInstances } from './average-precision.js';
import type { ComparedImage } from './compare-instances.js';
import { envelopeOf, precisionsOf } from './rank-detections.js';

/** Precision and recall of the detections down to one of the ranking. */
export interface PrecisionRecallPoint {
  /** Of the last detection that is counted. */
  readonly confidence: number;
  readonly precision: number;
  readonly recall: number;
  /** The greatest precision here or at a higher recall: average precision is the area under it. */
  readonly envelope: number;
}

/**
 * The precision-recall curve that `averagePrecision` measures: a point for each detection, most
 * confident first.
 *
 * @returns no points without a detection; null without a truth, for then there is no recall
 * @throws RangeError as `averagePrecision`
 */
export function precisionRecallCurve(
  images: readonly ComparedImage[],
  options: InstanceOptions = {},
): PrecisionRecallPoint[] | null {
  const ranked = rankInstances(images, options);
  if (ranked.truths === 0) return null;
  const precisions = precisionsOf(ranked);
  const envelope = envelopeOf(precisions);
  let found = 0;
  return Array.from(precisions, (precision, rank) => {
    found += ranked.truePositive[rank];
    return {
      confidence: ranked.confidences[rank],
      precision,
      recall: found / ranked.truths,
      envelope: envelope[rank],
    };
  });
}
