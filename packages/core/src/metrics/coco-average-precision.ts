import { meanOf } from '../tables/aggregates.js';
import type { ComparedImage } from './compare-instances.js';
import { matchBestFree } from './match-best-free.js';
import { checkThreshold, type UnsureRule } from './outcome.js';
import {
  envelopeOf,
  precisionsOf,
  type RankedDetections,
  rankDetections,
} from './rank-detections.js';

/** 0.5, 0.55 … 0.95: the thresholds that COCO averages over. */
export const cocoThresholds: readonly number[] = Array.from(
  { length: 10 },
  (_, k) => (10 + k) / 20,
);

/**
 * Average precision as COCO has it, averaged over IoU thresholds: true positives by `matchBestFree`,
 * and the mean of the monotone precision at the 101 recalls 0, 0.01 … 1 (0 where one is not reached).
 *
 * Source: Lin and others, *Microsoft COCO* (2014), and `COCOeval` of pycocotools for one category, all
 * areas, and images in the order of their ids. A perfect score is 1; there it is 1 - 2e-16.
 *
 * @param options.thresholds each above 0, to 1; `cocoThresholds` unless told, [0.5] for AP50
 * @param options.unsure as of `averagePrecision`; `ignored` makes crowds of unsure regions
 * @returns 0 to 1; null without a truth
 * @throws RangeError no threshold, one out of range, or two images of one id
 */
export function cocoAveragePrecision(
  images: readonly ComparedImage[],
  options: { readonly thresholds?: readonly number[]; readonly unsure?: UnsureRule } = {},
): number | null {
  const { thresholds = cocoThresholds, unsure = 'background' } = options;
  if (thresholds.length === 0) throw new RangeError('no IoU threshold to average over');
  thresholds.forEach(checkThreshold);
  if (images.every(({ truths }) => truths === 0)) return null;
  return meanOf(
    thresholds.map((threshold) =>
      meanOverRecalls(rankDetections(images, (image) => matchBestFree(image, threshold, unsure))),
    ),
  );
}

/** The mean of the monotone precision at the 101 recalls, of a ranking with a truth. */
export function meanOverRecalls(ranked: RankedDetections): number {
  const envelope = envelopeOf(precisionsOf(ranked));
  let sum = 0;
  let level = 0;
  let found = 0;
  envelope.forEach((precision, rank) => {
    found += ranked.truePositive[rank];
    // The levels as NumPy's linspace has them: the 35th is above 0.35, and a recall of 7/20 is not.
    for (; level <= 100 && found / ranked.truths >= level * 0.01; level++) sum += precision;
  });
  return sum / 101;
}
