import type { InstanceRule } from '../instances/index.js';
import {
  type BoundedMetric,
  FOUND_IOU,
  matchedCocoAveragePrecision,
  outcomesOf,
  type PixelRanking,
  type PixelReliability,
  type PrecisionRecallPoint,
  pixelAveragePrecision,
  precision,
  type ReliabilitySummary,
  recall,
  rocAuc,
  summariseReliability,
} from '../metrics/index.js';
import { curveOfRanking } from '../metrics/precision-recall-curve.js';
import { rankDetections } from '../metrics/rank-detections.js';
import { estimates, type MetricEstimate } from '../statistics/index.js';
import { meanOf } from '../tables/index.js';
import { type AssessedTile, BOUNDARY_TOLERANCE } from './assessed-tile.js';
import { foundVessels, type HeadlineName, headlineMetrics } from './headlines.js';

/** What the pixels of some tiles add up to. */
export interface PixelSums {
  readonly reliability: PixelReliability;
  readonly ranking: PixelRanking;
}

/** How some tiles are predicted. Metrics are null where there is nothing to measure. */
export interface AssessmentRow {
  readonly images: number;
  readonly slides: number;
  /** With their intervals by tile and by slide. */
  readonly headlines: Readonly<Record<HeadlineName, MetricEstimate>>;
  /** Vessels in truth, instances found, and how many of these are true positives at `foundIou`. */
  readonly vessels: number;
  readonly detections: number;
  readonly truePositives: number;
  readonly precision: number | null;
  readonly recall: number | null;
  /** As `cocoAveragePrecision`, averaged over IoU 0.5 to 0.95. */
  readonly cocoAveragePrecision: number | null;
  /** The factors of panoptic quality (`panopticQuality`). */
  readonly segmentationQuality: number | null;
  readonly recognitionQuality: number | null;
  /** Mean over the tiles where it is defined, and how many those are. */
  readonly boundaryF: number | null;
  readonly boundaryTiles: number;
  /** Likewise, in pixels. */
  readonly hd95: number | null;
  readonly hd95Tiles: number;
  /** Of all pixels together. */
  readonly calibration: ReliabilitySummary;
  readonly pixelRocAuc: BoundedMetric | null;
  readonly pixelAveragePrecision: BoundedMetric | null;
}

export interface AssessmentGroup extends AssessmentRow {
  readonly dataset: string | number;
  readonly source: string | number;
}

/** Plain JSON. */
export interface Assessment {
  /** How instances were made of probabilities. */
  readonly instances: InstanceRule;
  readonly foundIou: number;
  /** Share of the tile's diagonal. */
  readonly boundaryTolerance: number;
  /** Of the bootstrap's resamples. */
  readonly seed: number;
  readonly overall: AssessmentRow;
  /** One for each (dataset, source), in their natural order. */
  readonly groups: readonly AssessmentGroup[];
  /** Of all tiles, in at most 202 points (`curveOfRanking`); null without a vessel. */
  readonly precisionRecallCurve: readonly PrecisionRecallPoint[] | null;
}

/** Steps of recall of the curve that is kept. */
const CURVE_STEPS = 200;

/** @param pixels of the same tiles */
export function assessmentRow(
  tiles: readonly AssessedTile[],
  pixels: PixelSums,
  seed: number,
): AssessmentRow {
  const slides = tiles.map(({ source }) => String(source));
  const vessels = tiles.map(foundVessels);
  const found = {
    truePositive: total(vessels.map(({ truePositive }) => truePositive)),
    falsePositive: total(vessels.map(({ falsePositive }) => falsePositive)),
    falseNegative: total(vessels.map(({ falseNegative }) => falseNegative)),
  };
  const truths = found.truePositive + found.falseNegative;
  const detections = found.truePositive + found.falsePositive;
  const pairs = total(tiles.map(({ matched }) => matched.pairs));
  const boundaries = defined(tiles.map(({ boundaryF }) => boundaryF));
  const distances = defined(tiles.map(({ hd95 }) => hd95));
  return {
    images: tiles.length,
    slides: new Set(slides).size,
    headlines: estimates(headlineMetrics(tiles), slides, { seed }),
    vessels: truths,
    detections,
    truePositives: found.truePositive,
    precision: precision(found),
    recall: recall(found),
    cocoAveragePrecision: matchedCocoAveragePrecision(tiles.map(({ matched }) => matched)),
    segmentationQuality:
      pairs === 0 ? null : total(tiles.map(({ matched }) => matched.pairIou)) / pairs,
    recognitionQuality: truths + detections === 0 ? null : (2 * pairs) / (truths + detections),
    boundaryF: meanOf(boundaries),
    boundaryTiles: boundaries.length,
    hd95: meanOf(distances),
    hd95Tiles: distances.length,
    calibration: summariseReliability(pixels.reliability),
    pixelRocAuc: rocAuc(pixels.ranking),
    pixelAveragePrecision: pixelAveragePrecision(pixels.ranking),
  };
}

/** What was measured by, and the curve over all tiles. */
export function assessmentFrame(
  tiles: readonly AssessedTile[],
  instances: InstanceRule,
  seed: number,
): Omit<Assessment, 'overall' | 'groups'> {
  const ranked = rankDetections(
    tiles.map(({ matched }) => matched),
    outcomesOf,
  );
  return {
    instances,
    foundIou: FOUND_IOU,
    boundaryTolerance: BOUNDARY_TOLERANCE,
    seed,
    precisionRecallCurve: curveOfRanking(ranked, CURVE_STEPS),
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function defined(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}
