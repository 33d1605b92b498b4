import { type Box, type Connectivity, connectedComponents } from '../geometry/index.js';

/** One object of an image, its mask cropped to its box. */
export interface Instance {
  readonly box: Box;
  /** box.height*box.width, row-major, 0 and 1: the pixels of this instance only. */
  readonly mask: Uint8Array;
  /** Pixels. */
  readonly area: number;
}

/** A predicted instance. */
export interface Detection extends Instance {
  /** Mean probability of the instance's pixels. */
  readonly confidence: number;
}

/**
 * The vessels of a probability map: its connected components above a cutoff, each with the mean
 * probability of its pixels as confidence, as the notebook makes its submission.
 *
 * A pixel is foreground where its probability is strictly greater than the cutoff, both as float32
 * (never where it is NaN). Order is that of the labels of `connectedComponents`. One pass over the map however many
 * components there are, and one over each box.
 *
 * To encode one for a submission: `encodeRle(detection.mask, width, height, detection.box)`.
 *
 * @param probability height*width, row-major, 0 to 1
 * @param options.cutoff the notebook uses 0.8 to 0.84
 * @param options.connectivity the notebook uses 8, the default of `cv2.connectedComponents`
 * @throws RangeError a map of another length
 */
export function detectInstances(
  probability: Float32Array,
  width: number,
  height: number,
  options: { readonly cutoff: number; readonly connectivity: Connectivity },
): Detection[] {
  if (probability.length !== width * height)
    throw new RangeError(
      `probability of ${probability.length} pixels for width ${width} x height ${height} = ${width * height}`,
    );
  // As float32, like the map: otherwise the float32 nearest to 0.8 would be greater than 0.8.
  const cutoff = Math.fround(options.cutoff);
  const mask = new Uint8Array(probability.length);
  for (let at = 0; at < mask.length; at++) mask[at] = probability[at] > cutoff ? 1 : 0;
  const { labels, count, components } = connectedComponents(
    mask,
    width,
    height,
    options.connectivity,
  );
  const sums = new Float64Array(count + 1);
  for (let at = 0; at < labels.length; at++) sums[labels[at]] += probability[at];
  return components.map(({ label, area, box }) => ({
    box,
    mask: cropLabel(labels, width, label, box),
    area,
    confidence: sums[label] / area,
  }));
}

function cropLabel(labels: Int32Array, width: number, label: number, box: Box): Uint8Array {
  const mask = new Uint8Array(box.width * box.height);
  for (let row = 0, at = 0; row < box.height; row++) {
    const start = (box.y + row) * width + box.x;
    for (let column = 0; column < box.width; column++, at++)
      if (labels[start + column] === label) mask[at] = 1;
  }
  return mask;
}
