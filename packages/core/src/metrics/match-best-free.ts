import type { ComparedImage } from './compare-instances.js';
import { byConfidence, type Outcome, type UnsureRule } from './outcome.js';

/** Detections of an image that count; the rest are as if not made. */
const MOST_DETECTIONS = 100;

/**
 * COCO's rule of matching: of the truths that no more confident detection has taken, a detection takes
 * the one it overlaps with best (of equals the last given) if their IoU reaches the threshold. Only
 * the 100 most confident detections of an image count; the others are ignored.
 *
 * Where unsure regions are ignored they are COCO's crowds: a detection that takes no truth is ignored
 * where the share of its pixels in one region reaches the threshold; a region is never used up.
 *
 * As `COCOeval.evaluateImg` of pycocotools for one category and all areas.
 *
 * @returns one a detection, in the order given
 */
export function matchBestFree(
  image: ComparedImage,
  threshold: number,
  unsure: UnsureRule,
): Outcome[] {
  const outcomes = new Array<Outcome>(image.confidences.length).fill('ignored');
  const taken = new Uint8Array(image.truths);
  for (const detection of byConfidence(image).slice(0, MOST_DETECTIONS)) {
    const truth = bestFree(image, detection, taken);
    if (truth !== -1 && image.iou[detection * image.truths + truth] >= threshold) {
      taken[truth] = 1;
      outcomes[detection] = 'true positive';
    } else if (!(unsure === 'ignored' && liesInUnsure(image, detection, threshold)))
      outcomes[detection] = 'false positive';
  }
  return outcomes;
}

function bestFree({ iou, truths }: ComparedImage, detection: number, taken: Uint8Array): number {
  let found = -1;
  let most = 0;
  for (let truth = 0; truth < truths; truth++) {
    const value = iou[detection * truths + truth];
    if (taken[truth] === 0 && value >= most) {
      found = truth;
      most = value;
    }
  }
  return found;
}

function liesInUnsure(image: ComparedImage, detection: number, threshold: number): boolean {
  const start = detection * image.unsure;
  return image.unsureShare
    .subarray(start, start + image.unsure)
    .some((share) => share >= threshold);
}
