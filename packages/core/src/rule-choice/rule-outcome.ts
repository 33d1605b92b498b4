import { connectedComponents } from '../geometry/index.js';
import { commonPixels } from '../instances/common-pixels.js';
import { countedInstances, type Detection, type Instance, unionMask } from '../instances/index.js';
import { labelledInstances } from '../instances/instance.js';
import { compareInstances, FOUND_IOU, iou, matchBestOverlap } from '../metrics/index.js';
import { IGNORED } from '../truth.js';

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

/** The vessels that are in a tile; their masks on their boxes only. */
export interface RuleTruth {
  /** May share pixels. */
  readonly vessels: readonly Instance[];
  /** Their pixels as instances that share none. */
  readonly parts: readonly Instance[];
  /** height*width with its ignored pixels; undefined where it has none. */
  readonly ignored?: Uint8Array | undefined;
  readonly width: number;
  readonly height: number;
}

/** @param truth height*width, 0, 1 and `IGNORED`; none of it is ignored unless told */
export function ruleTruth(
  vessels: readonly Instance[],
  width: number,
  height: number,
  truth?: Uint8Array,
): RuleTruth {
  const union = unionMask(vessels, width, height);
  const { labels, components } = connectedComponents(union, width, height, 8);
  const parts = labelledInstances(labels, width, components);
  const ignored = truth?.includes(IGNORED) ? truth : undefined;
  return { vessels, parts, ignored, width, height };
}

/**
 * Holds what a rule found in a tile against what is there, ignored pixels left out.
 *
 * @param found share no pixel, as `findInstances` gives them of a `countedProbability`
 */
export function ruleOutcome(found: readonly Detection[], truth: RuleTruth): RuleOutcome {
  const { vessels, ignored, width } = truth;
  const detections = ignored === undefined ? found : countedInstances(found, ignored, width);
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

function pixelCounts(detections: readonly Instance[], { parts }: RuleTruth) {
  let truePositive = 0;
  for (const detection of detections)
    for (const part of parts) truePositive += commonPixels(detection, part);
  const pixels = (of: readonly Instance[]) => of.reduce((sum, { area }) => sum + area, 0);
  return {
    truePositive,
    falsePositive: pixels(detections) - truePositive,
    falseNegative: pixels(parts) - truePositive,
  };
}
