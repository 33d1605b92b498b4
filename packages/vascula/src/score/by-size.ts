import {
  type ComparedImage,
  type DrawnMetric,
  drawnAveragePrecision,
  estimates,
  type MetricEstimate,
  matchBestOverlap,
} from '@vascula/core';
import type { ScoreOptions } from './options.js';
import { type ScoredTile, slidesOf } from './scored-tile.js';

/** Vessels from so many pixels to below so many; null is no limit. */
export interface SizeClass {
  readonly name: string;
  readonly from: number;
  readonly below: number | null;
}

/**
 * Fixed, so that scores of different tiles compare: discs of 400 and 1024 px are 23 and 36 px across,
 * at 0.5 µm a pixel 11 and 18 µm. The competition's outlines fall about a third into each class.
 */
export const sizeClasses: readonly SizeClass[] = [
  { name: 'small', from: 0, below: 400 },
  { name: 'medium', from: 400, below: 1024 },
  { name: 'large', from: 1024, below: null },
];

/** How vessels of one size are found. */
export interface SizeScore extends SizeClass {
  readonly truths: number;
  readonly averagePrecision: MetricEstimate;
}

/**
 * Average precision by size of the vessels, as COCO has it: vessels of other sizes are ignored, so are
 * detections that overlap best with one of them, and detections of another size that are no true
 * positives.
 */
export function scoreBySize(
  tiles: readonly ScoredTile[],
  options: ScoreOptions,
  seed: number,
): SizeScore[] {
  const metrics = sizeClasses.map((size) => ofClass(tiles, size, options));
  const scores = estimates(Object.fromEntries(metrics.entries()), slidesOf(tiles), { seed });
  return sizeClasses.map((size, k) => ({
    ...size,
    truths: tiles.reduce(
      (sum, { truthAreas }) => sum + truthAreas.filter((area) => isOfClass(size, area)).length,
      0,
    ),
    averagePrecision: scores[k] as MetricEstimate,
  }));
}

function ofClass(
  tiles: readonly ScoredTile[],
  size: SizeClass,
  options: ScoreOptions,
): DrawnMetric {
  const areas = new Map(tiles.map(({ id, detectionAreas }) => [id, detectionAreas]));
  return drawnAveragePrecision(
    tiles.map((tile) => restricted(tile, size, options)),
    (image) =>
      matchBestOverlap(image, options.iou, 'ignored').map((outcome, k) =>
        outcome === 'false positive' && !isOfClass(size, areas.get(image.id)?.[k] ?? 0)
          ? 'ignored'
          : outcome,
      ),
  );
}

function isOfClass({ from, below }: SizeClass, area: number): boolean {
  return area >= from && (below === null || area < below);
}

/** The image with truths of one size; the others are unsure regions, which are to be ignored. */
function restricted(
  { compared, truthAreas }: ScoredTile,
  size: SizeClass,
  { unsure }: ScoreOptions,
): ComparedImage {
  const { iou, truths, confidences } = compared;
  const inside = truthAreas.flatMap((area, k) => (isOfClass(size, area) ? [k] : []));
  const outside = truthAreas.flatMap((area, k) => (isOfClass(size, area) ? [] : [k]));
  const regions = unsure === 'ignored' ? compared.unsure : 0;
  const row = (detection: number) => ({
    truths: inside.map((k) => iou[detection * truths + k] as number),
    ignored: [
      ...outside.map((k) => iou[detection * truths + k] as number),
      ...compared.unsureIou.subarray(
        detection * compared.unsure,
        detection * compared.unsure + regions,
      ),
    ],
  });
  const rows = Array.from(confidences.keys(), row);
  return {
    ...compared,
    truths: inside.length,
    iou: Float64Array.from(rows.flatMap((one) => one.truths)),
    unsure: outside.length + regions,
    unsureIou: Float64Array.from(rows.flatMap((one) => one.ignored)),
    // COCO's own rule of matching needs it; this one does not.
    unsureShare: new Float64Array(0),
  };
}
