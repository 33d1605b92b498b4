import { type Detection, type Instance, unionMask } from '../instances/index.js';
import { compareInstances, iou, matchBestOverlap } from '../metrics/index.js';

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
  /** Their pixels together: height*width, row-major, 0 and 1. */
  readonly mask: Uint8Array;
  /** How many those are. */
  readonly area: number;
  readonly width: number;
  readonly height: number;
}

export function ruleTruth(vessels: readonly Instance[], width: number, height: number): RuleTruth {
  const mask = unionMask(vessels, width, height);
  let area = 0;
  for (const pixel of mask) area += pixel;
  return { vessels, mask, area, width, height };
}

/**
 * Holds what a rule found in a tile against what is there.
 *
 * @param detections that share no pixel, as `findInstances` gives them
 */
export function ruleOutcome(detections: readonly Detection[], truth: RuleTruth): RuleOutcome {
  const { vessels } = truth;
  const compared = compareInstances({ id: '', truths: vessels, detections });
  return {
    truths: vessels.length,
    iou: iou(pixelCounts(detections, truth)),
    confidences: compared.confidences,
    truePositive: Uint8Array.from(matchBestOverlap(compared, FOUND_IOU, 'background'), (outcome) =>
      outcome === 'true positive' ? 1 : 0,
    ),
  };
}

/** Only the pixels of detections are looked at: rules are many, and tiles nearly empty. */
function pixelCounts(detections: readonly Detection[], { mask: truth, width, area }: RuleTruth) {
  let truePositive = 0;
  let found = 0;
  for (const { box, mask, area } of detections) {
    found += area;
    for (let row = 0, at = 0; row < box.height; row++) {
      const start = (box.y + row) * width + box.x;
      for (let column = 0; column < box.width; column++, at++)
        truePositive += mask[at] & truth[start + column];
    }
  }
  return {
    truePositive,
    falsePositive: found - truePositive,
    falseNegative: area - truePositive,
  };
}
