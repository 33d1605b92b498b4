import {
  type DrawnMetric,
  dice,
  drawnAveragePrecision,
  drawnCocoAveragePrecision,
  instanceScore,
  iou,
  matchBestOverlap,
  type Overlap,
  panopticQuality,
} from '@vascula/core';
import type { ScoreOptions } from './options.js';
import type { ScoredTile } from './scored-tile.js';

/** Every metric of a set of tiles, in the order in which they are shown, with its name for people. */
export const metricLabels = {
  averagePrecision: 'AP',
  cocoAveragePrecision: 'COCO AP',
  f1: 'F1',
  precision: 'precision',
  recall: 'recall',
  panopticQuality: 'PQ',
  segmentationQuality: 'SQ',
  recognitionQuality: 'RQ',
  meanIou: 'IoU',
  meanDice: 'Dice',
  pooledIou: 'pooled IoU',
  pooledDice: 'pooled Dice',
} as const;

export type MetricName = keyof typeof metricLabels;

export const metricNames = Object.keys(metricLabels) as readonly MetricName[];

export type Metrics = Readonly<Record<MetricName, DrawnMetric>>;

/** The metrics of tiles as functions of how often each tile is taken. */
export function drawnMetrics(
  tiles: readonly ScoredTile[],
  { iou: threshold, minimumConfidence, unsure }: ScoreOptions,
): Metrics {
  const images = tiles.map(({ compared }) => compared);
  const least = { minimumConfidence: minimumConfidence ?? Number.NEGATIVE_INFINITY };
  const matched = images.map((image) => instanceScore([image], { threshold, unsure, ...least }));
  const panoptic = images.map((image) => panopticQuality([image], least));
  const ofMatches = ratios(matched);
  const ofPanoptic = ratios(panoptic);
  const quality = sumOf(panoptic.map((one) => (one.segmentation ?? 0) * one.truePositive));
  const ofPixels = ratios(tiles.map(({ pixels }) => pixels));
  return {
    averagePrecision: drawnAveragePrecision(images, (image) =>
      matchBestOverlap(image, threshold, unsure),
    ),
    cocoAveragePrecision: drawnCocoAveragePrecision(images, { unsure }),
    f1: ofMatches.dice,
    precision: ofMatches.precision,
    recall: ofMatches.recall,
    panopticQuality: (counts) => {
      const { truePositive, falsePositive, falseNegative } = ofPanoptic.sums(counts);
      return share(quality(counts), truePositive + (falsePositive + falseNegative) / 2);
    },
    segmentationQuality: (counts) => share(quality(counts), ofPanoptic.sums(counts).truePositive),
    recognitionQuality: ofPanoptic.dice,
    meanIou: meanOfTiles(tiles.map(({ pixels }) => iou(pixels))),
    meanDice: meanOfTiles(tiles.map(({ pixels }) => dice(pixels))),
    pooledIou: (counts) => (isNone(counts) ? null : iou(ofPixels.sums(counts))),
    pooledDice: (counts) => (isNone(counts) ? null : dice(ofPixels.sums(counts))),
  };
}

type Found = Pick<Overlap, 'truePositive' | 'falsePositive' | 'falseNegative'>;

/** What is made of pooled counts; null where there is nothing to divide by. */
function ratios(found: readonly Found[]) {
  const truePositive = sumOf(found.map((one) => one.truePositive));
  const falsePositive = sumOf(found.map((one) => one.falsePositive));
  const falseNegative = sumOf(found.map((one) => one.falseNegative));
  const sums = (counts: Uint32Array): Found => ({
    truePositive: truePositive(counts),
    falsePositive: falsePositive(counts),
    falseNegative: falseNegative(counts),
  });
  return {
    sums,
    dice: (counts: Uint32Array) => {
      const all = sums(counts);
      return all.truePositive + all.falsePositive + all.falseNegative === 0 ? null : dice(all);
    },
    precision: (counts: Uint32Array) =>
      share(truePositive(counts), truePositive(counts) + falsePositive(counts)),
    recall: (counts: Uint32Array) =>
      share(truePositive(counts), truePositive(counts) + falseNegative(counts)),
  };
}

function sumOf(values: readonly number[]): (counts: Uint32Array) => number {
  // Called for every resample.
  const numbers = Float64Array.from(values);
  return (counts) => {
    let sum = 0;
    for (let k = 0; k < numbers.length; k++) sum += (numbers[k] as number) * (counts[k] as number);
    return sum;
  };
}

function meanOfTiles(values: readonly number[]): DrawnMetric {
  const total = sumOf(values);
  const tiles = sumOf(values.map(() => 1));
  return (counts) => share(total(counts), tiles(counts));
}

function isNone(counts: Uint32Array): boolean {
  for (let k = 0; k < counts.length; k++) if (counts[k] !== 0) return false;
  return true;
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
