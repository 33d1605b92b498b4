import { commonPixels } from '../instances/common-pixels.js';
import type { Detection, Instance } from '../instances/instance.js';
import { instanceIou } from '../instances/instance-iou.js';

/** What is in one image, and what was found in it. */
export interface ImageInstances {
  /** Unique among the images that are scored together. */
  readonly id: string;
  readonly truths: readonly Instance[];
  /** Regions that the experts could not call; each metric says what it makes of them. */
  readonly unsure?: readonly Instance[];
  /** In any order; they may overlap. */
  readonly detections: readonly Detection[];
}

/**
 * How the detections of an image overlap with its truths: all that metrics of instances need, so that
 * masks can be let go image by image. Matrices are row-major, one row a detection.
 */
export interface ComparedImage {
  readonly id: string;
  /** How many truths there are. */
  readonly truths: number;
  /** How many unsure regions there are. */
  readonly unsure: number;
  /** Of each detection. */
  readonly confidences: Float64Array;
  /** detections*truths: intersection over union of the masks, 0 to 1. */
  readonly iou: Float64Array;
  /** detections*unsure, likewise. */
  readonly unsureIou: Float64Array;
  /** detections*unsure: the share of the detection's pixels that lie in the region, 0 to 1. */
  readonly unsureShare: Float64Array;
}

/**
 * Compares the detections of one image with its truths, pixel by pixel.
 *
 * @throws RangeError a confidence that is not finite, or a mask that is not of its box's size
 */
export function compareInstances({
  id,
  truths,
  unsure = [],
  detections,
}: ImageInstances): ComparedImage {
  for (const [name, instances] of Object.entries({ truths, unsure, detections }))
    checkMasks(id, name, instances);
  detections.forEach(({ confidence }, k) => {
    if (!Number.isFinite(confidence))
      throw new RangeError(
        `image ${id}: detections[${k}] has confidence ${confidence}, not a finite number`,
      );
  });
  return {
    id,
    truths: truths.length,
    unsure: unsure.length,
    confidences: Float64Array.from(detections, ({ confidence }) => confidence),
    iou: pairwiseIou(detections, truths),
    unsureIou: pairwiseIou(detections, unsure),
    unsureShare: pairs(detections, unsure, shareInside),
  };
}

/**
 * Intersection over union (`instanceIou`) of instances of one image, each of the first with each of the
 * second.
 *
 * @returns rows*columns, row-major, 0 to 1
 */
export function pairwiseIou(rows: readonly Instance[], columns: readonly Instance[]): Float64Array {
  return pairs(rows, columns, instanceIou);
}

function shareInside(detection: Instance, region: Instance): number {
  const common = commonPixels(detection, region);
  return common === 0 ? 0 : common / detection.area;
}

function pairs(
  rows: readonly Instance[],
  columns: readonly Instance[],
  measure: (row: Instance, column: Instance) => number,
): Float64Array {
  const values = new Float64Array(rows.length * columns.length);
  let at = 0;
  for (const row of rows) for (const column of columns) values[at++] = measure(row, column);
  return values;
}

function checkMasks(id: string, name: string, instances: readonly Instance[]): void {
  instances.forEach(({ box, mask }, k) => {
    if (mask.length !== box.width * box.height)
      throw new RangeError(
        `image ${id}: ${name}[${k}] has a mask of ${mask.length} pixels in a box of width ${box.width} x height ${box.height}`,
      );
  });
}
