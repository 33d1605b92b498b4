import {
  dice,
  drawnAveragePrecision,
  drawnRocAuc,
  type Found,
  iou,
  outcomesOf,
  type RankedPixels,
} from '../metrics/index.js';
import { type DrawnMetric, drawnRatio } from '../statistics/index.js';
import type { AssessedTile } from './assessed-tile.js';

/** The numbers by which predictions are judged, in the order in which they are shown. */
export const headlineLabels = {
  meanIou: 'IoU',
  meanDice: 'Dice',
  pooledIou: 'pooled IoU',
  pooledDice: 'pooled Dice',
  meanRocAuc: 'ROC AUC',
  pooledRocAuc: 'pooled ROC AUC',
  averagePrecision: 'AP',
  f1: 'F1',
  panopticQuality: 'PQ',
} as const;

export type HeadlineName = keyof typeof headlineLabels;

export const headlineNames = Object.keys(headlineLabels) as readonly HeadlineName[];

/** Those of masks alone. */
export const maskHeadlineNames = ['meanIou', 'meanDice', 'pooledIou', 'pooledDice'] as const;

export type MaskHeadlineName = (typeof maskHeadlineNames)[number];

/** Metrics of masks as functions of how often each tile is taken. */
export function maskMetrics(
  masks: readonly Found[],
): Readonly<Record<MaskHeadlineName, DrawnMetric>> {
  const ones = masks.map(() => 1);
  return {
    meanIou: drawnRatio(masks.map(iou), ones),
    meanDice: drawnRatio(masks.map(dice), ones),
    pooledIou: drawnRatio(
      masks.map(({ truePositive }) => truePositive),
      masks.map((one) => one.truePositive + one.falsePositive + one.falseNegative),
      1,
    ),
    pooledDice: drawnRatio(
      masks.map(({ truePositive }) => 2 * truePositive),
      masks.map((one) => 2 * one.truePositive + one.falsePositive + one.falseNegative),
      1,
    ),
  };
}

/**
 * The headline numbers of tiles as functions of how often each tile is taken: once each, they are the
 * metrics of the tiles (`summarise`, `averagePrecision`, `instanceScore`, `panopticQuality`).
 */
export function headlineMetrics(
  tiles: readonly AssessedTile[],
): Readonly<Record<HeadlineName, DrawnMetric>> {
  const images = tiles.map(({ matched }) => matched);
  const vessels = tiles.map(foundVessels);
  const aucs = tiles.map(({ ranked }) => tileRocAuc(ranked));
  return {
    ...maskMetrics(tiles.map(({ counts }) => counts)),
    meanRocAuc: drawnRatio(
      aucs.map((auc) => auc ?? 0),
      aucs.map((auc) => Number(auc !== null)),
    ),
    pooledRocAuc: drawnRocAuc(tiles.map(({ ranked }) => ranked)),
    averagePrecision: drawnAveragePrecision(images, outcomesOf),
    f1: drawnRatio(
      vessels.map(({ truePositive }) => 2 * truePositive),
      vessels.map((one) => 2 * one.truePositive + one.falsePositive + one.falseNegative),
    ),
    panopticQuality: drawnRatio(
      images.map(({ pairIou }) => pairIou),
      images.map(({ truths, confidences }) => (truths + confidences.length) / 2),
    ),
  };
}

/** Of one tile's pixels; null unless it has vessel and background. */
export function tileRocAuc(ranked: RankedPixels): number | null {
  return drawnRocAuc([ranked])(Uint32Array.of(1));
}

/** Vessels of a tile found and missed. */
export function foundVessels({ matched }: Pick<AssessedTile, 'matched'>): Found {
  const truePositive = matched.truePositive.reduce((sum, one) => sum + one, 0);
  return {
    truePositive,
    falsePositive: matched.confidences.length - truePositive,
    falseNegative: matched.truths - truePositive,
  };
}
