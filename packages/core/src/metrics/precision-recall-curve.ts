import { type InstanceOptions, rankInstances } from './average-precision.js';
import type { ComparedImage } from './compare-instances.js';
import { envelopeOf, precisionsOf, type RankedDetections } from './rank-detections.js';

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
  return curveOfRanking(rankInstances(images, options));
}

/**
 * The curve of a ranking; null without a truth.
 *
 * @param steps a whole number from 1, for the points that a drawing needs: the first, the last, and in
 *   between those at which recall reaches the next of so many equal steps. What is kept is as it was: the
 *   envelope is that of the whole curve. Of noise, the whole curve would be millions of points
 */
export function curveOfRanking(
  ranked: RankedDetections,
  steps?: number,
): PrecisionRecallPoint[] | null {
  const { truths, truePositive } = ranked;
  if (truths === 0) return null;
  const precisions = precisionsOf(ranked);
  const envelope = envelopeOf(precisions);
  const points: PrecisionRecallPoint[] = [];
  let found = 0;
  let reached = 0;
  precisions.forEach((precision, rank) => {
    found += truePositive[rank];
    const step = steps === undefined ? rank + 1 : Math.floor((found * steps) / truths);
    if (step === reached && rank > 0 && rank < precisions.length - 1) return;
    reached = step;
    points.push({
      confidence: ranked.confidences[rank],
      precision,
      recall: found / truths,
      envelope: envelope[rank],
    });
  });
  return points;
}
