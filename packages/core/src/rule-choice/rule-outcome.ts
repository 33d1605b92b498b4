import { type Detection, type Instance, unionMask } from '../instances/index.js';
import { compareInstances, iou, matchBestOverlap, overlap } from '../metrics/index.js';

/** IoU at which a vessel is found: the competition's. */
export const FOUND_IOU = 0.6;

/** What a rule made of one tile, as far as scores need it: no masks. */
export interface RuleOutcome {
  /** Vessels that are there. */
  readonly truths: number;
  /** IoU of all pixels of the vessels found and of those there, 1 where both are empty. */
  readonly iou: number;
  /** Of each vessel found. */
  readonly confidences: Float64Array;
  /** 1 for each that is right (`matchBestOverlap` at IoU 0.6), else 0. */
  readonly truePositive: Uint8Array;
}

/** The vessels that are in a tile. */
export interface RuleTruth {
  readonly vessels: readonly Instance[];
  readonly width: number;
  readonly height: number;
}

/** Holds what a rule found in a tile against what is there. */
export function ruleOutcome(
  detections: readonly Detection[],
  { vessels, width, height }: RuleTruth,
): RuleOutcome {
  const compared = compareInstances({ id: '', truths: vessels, detections });
  const union = (instances: readonly Instance[]) => unionMask(instances, width, height);
  return {
    truths: vessels.length,
    iou: iou(overlap(union(vessels), union(detections))),
    confidences: compared.confidences,
    truePositive: Uint8Array.from(matchBestOverlap(compared, FOUND_IOU, 'background'), (outcome) =>
      outcome === 'true positive' ? 1 : 0,
    ),
  };
}
