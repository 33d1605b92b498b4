import type { ComparedImage } from './compare-instances.js';
import type { Outcome } from './outcome.js';

/** What ranking needs of an image. */
export type RankedImage = Pick<ComparedImage, 'id' | 'truths' | 'confidences'>;

/** The detections of all images that count, most confident first. */
export interface RankedDetections {
  /** Truths of all images. */
  readonly truths: number;
  readonly confidences: Float64Array;
  /** The image of each: its index among those given. */
  readonly image: Uint32Array;
  /** 1 for a true, 0 for a false positive. */
  readonly truePositive: Uint8Array;
}

/**
 * Pools the detections of all images and ranks them by confidence. Equal confidences are ranked by the
 * image's id, in the order of its UTF-16 code units, then as given in the image: the order of images
 * makes no difference.
 *
 * @throws RangeError an id given twice
 */
export function rankDetections<Image extends RankedImage>(
  images: readonly Image[],
  match: (image: Image) => readonly Outcome[],
): RankedDetections {
  const confidences: number[] = [];
  const imageOf: number[] = [];
  const truePositive: number[] = [];
  let truths = 0;
  for (const index of byId(images)) {
    const image = images[index];
    truths += image.truths;
    match(image).forEach((outcome, k) => {
      if (outcome === 'ignored') return;
      confidences.push(image.confidences[k]);
      imageOf.push(index);
      truePositive.push(outcome === 'true positive' ? 1 : 0);
    });
  }
  const order = Uint32Array.from(confidences.keys()).sort(
    (a, b) => confidences[b] - confidences[a] || a - b,
  );
  return {
    truths,
    confidences: Float64Array.from(order, (at) => confidences[at]),
    image: Uint32Array.from(order, (at) => imageOf[at]),
    truePositive: Uint8Array.from(order, (at) => truePositive[at]),
  };
}

/** Indices of images in the order of their ids. */
function byId(images: readonly RankedImage[]): number[] {
  const idOf = (index: number) => images[index].id;
  const sorted = Array.from(images.keys()).sort((a, b) =>
    idOf(a) < idOf(b) ? -1 : idOf(a) > idOf(b) ? 1 : 0,
  );
  sorted.forEach((index, k) => {
    if (k > 0 && idOf(index) === idOf(sorted[k - 1]))
      throw new RangeError(`two images have the id ${idOf(index)}; they are told apart by it`);
  });
  return sorted;
}

/** Precision after each detection of the ranking: true positives so far / detections so far. */
export function precisionsOf({ truePositive }: RankedDetections): Float64Array {
  let found = 0;
  return Float64Array.from(truePositive, (one, rank) => {
    found += one;
    return found / (rank + 1);
  });
}

/**
 * The precisions made monotone: at each detection of the ranking the greatest precision there or further
 * down, where recall is the same or higher.
 */
export function envelopeOf(precisions: Float64Array): Float64Array {
  const envelope = precisions.slice();
  for (let rank = envelope.length - 2; rank >= 0; rank--)
    envelope[rank] = Math.max(envelope[rank], envelope[rank + 1]);
  return envelope;
}
