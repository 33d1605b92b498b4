import type { ComparedImage } from './compare-instances.js';
import { dice, type Found } from './overlap.js';

/** Panoptic quality of all images together, with the two factors it is the product of. */
export interface PanopticQuality extends Found {
  /** 0 to 1; null where there is neither a truth nor a detection. */
  readonly quality: number | null;
  /** SQ, the mean IoU of matched pairs, above 0.5; null where nothing matches. */
  readonly segmentation: number | null;
  /** RQ, the F1 of matches; null where there is neither a truth nor a detection. */
  readonly recognition: number | null;
}

/**
 * Panoptic quality of one class: the sum of the IoU of matched pairs / (TP + FP / 2 + FN / 2), which is
 * SQ x RQ; a truth and a detection of an IoU above 0.5 match. Images are pooled.
 *
 * Source: Kirillov and others, *Panoptic Segmentation* (2019). There no two segments share a pixel, and
 * so no two pairs a segment. Where instances do overlap, pairs are matched greedily from the greatest
 * IoU down (of equals in the order of detections, then truths), each instance once; a second detection
 * of a vessel is a false positive. No pixels are taken from either. Unsure regions are background.
 *
 * @param options.minimumConfidence of detections that are counted, 0 to 1; 0 unless told
 */
export function panopticQuality(
  images: readonly ComparedImage[],
  { minimumConfidence = 0 }: { readonly minimumConfidence?: number } = {},
): PanopticQuality {
  let truths = 0;
  let detections = 0;
  let matches = 0;
  let sum = 0;
  for (const image of images) {
    truths += image.truths;
    for (const confidence of image.confidences) if (confidence >= minimumConfidence) detections++;
    for (const iou of matchedPairs(image, minimumConfidence)) {
      matches++;
      sum += iou;
    }
  }
  const counts: Found = {
    truePositive: matches,
    falsePositive: detections - matches,
    falseNegative: truths - matches,
  };
  const nothing = truths + detections === 0;
  return {
    ...counts,
    quality: nothing ? null : sum / ((truths + detections) / 2),
    segmentation: matches === 0 ? null : sum / matches,
    recognition: nothing ? null : dice(counts),
  };
}

/** The IoU of each pair that matches. */
function matchedPairs(image: ComparedImage, minimumConfidence: number): number[] {
  const { iou, truths, confidences } = image;
  const detectionOf = (at: number) => Math.floor(at / truths);
  const candidates: number[] = [];
  iou.forEach((value, at) => {
    if (value > 0.5 && confidences[detectionOf(at)] >= minimumConfidence) candidates.push(at);
  });
  const detectionTaken = new Uint8Array(confidences.length);
  const truthTaken = new Uint8Array(truths);
  const matched: number[] = [];
  for (const at of candidates.sort((a, b) => iou[b] - iou[a] || a - b)) {
    if (detectionTaken[detectionOf(at)] === 1 || truthTaken[at % truths] === 1) continue;
    detectionTaken[detectionOf(at)] = 1;
    truthTaken[at % truths] = 1;
    matched.push(iou[at]);
  }
  return matched;
}
