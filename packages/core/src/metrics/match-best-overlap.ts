import type { ComparedImage } from './compare-instances.js';
import { byConfidence, type Outcome, type UnsureRule } from './outcome.js';

/**
 * The Open Images rule of matching: a detection looks only at the truth that it overlaps with best (of
 * equals the first given), and is a true positive when their IoU reaches the threshold and no more
 * confident detection has taken that truth. A truth left free beside it does not help.
 *
 * Where unsure regions are ignored they are looked at like truths; a detection that overlaps with one
 * better than with every truth, and reaches the threshold there, is ignored, and so may be others
 * after it (`difficult` objects of PASCAL VOC and of TensorFlow's Object Detection API).
 *
 * @returns one a detection, in the order given
 */
export function matchBestOverlap(
  image: ComparedImage,
  threshold: number,
  unsure: UnsureRule,
): Outcome[] {
  const outcomes = new Array<Outcome>(image.confidences.length).fill('false positive');
  const taken = new Uint8Array(image.truths);
  for (const detection of byConfidence(image)) {
    const truth = best(image.iou, detection, image.truths);
    if (unsure === 'ignored') {
      const region = best(image.unsureIou, detection, image.unsure);
      if (region.iou > truth.iou && region.iou >= threshold) {
        outcomes[detection] = 'ignored';
        continue;
      }
    }
    if (truth.iou >= threshold && taken[truth.index] === 0) {
      taken[truth.index] = 1;
      outcomes[detection] = 'true positive';
    }
  }
  return outcomes;
}

/** The greatest of a row of a matrix; index -1 and IoU 0 where nothing is above 0. */
function best(iou: Float64Array, row: number, columns: number): { index: number; iou: number } {
  const found = { index: -1, iou: 0 };
  for (let column = 0; column < columns; column++)
    if (iou[row * columns + column] > found.iou) {
      found.index = column;
      found.iou = iou[row * columns + column];
    }
  return found;
}
