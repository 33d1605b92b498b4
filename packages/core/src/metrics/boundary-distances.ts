import { squaredDistance } from '../geometry/index.js';
import { IGNORED } from '../truth.js';
import { requireSameLength } from './overlap.js';

/** How far the boundaries of two masks of one image lie from each other: what boundary metrics need. */
export interface BoundaryDistances {
  /**
   * For each boundary pixel of the truth, in raster order, the distance in pixels, centre to centre,
   * to the nearest one of the prediction; Infinity where that has none.
   */
  readonly ofTruth: Float64Array;
  /** For each boundary pixel of the prediction, likewise to the truth. */
  readonly ofPrediction: Float64Array;
}

/**
 * Boundary distances of two masks, by exact distance transforms.
 *
 * A mask's boundary is its pixels with a background pixel above, below, left or right. Beyond the
 * image's border is no background: where the border cuts a vessel, nobody drew its outline. A mask that
 * is empty, or full, has no boundary. Ignored pixels are beyond the border likewise, for both masks.
 *
 * @param truth height*width, row-major, 0, 1 and `IGNORED`
 * @param prediction the same shape, 0 and 1
 * @throws RangeError masks of another length
 */
export function boundaryDistances(
  truth: Uint8Array,
  prediction: Uint8Array,
  width: number,
  height: number,
): BoundaryDistances {
  requireSameLength(truth, prediction);
  if (truth.length !== width * height)
    throw new RangeError(
      `masks of ${truth.length} pixels for width ${width} x height ${height} = ${width * height}`,
    );
  const inTruth = boundaryPixels(truth, truth, width, height);
  const inPrediction = boundaryPixels(prediction, truth, width, height);
  return {
    ofTruth: distances(inTruth, inPrediction, width, height),
    ofPrediction: distances(inPrediction, inTruth, width, height),
  };
}

/** Indices of a mask's boundary pixels among those that count, in raster order. */
function boundaryPixels(
  mask: Uint8Array,
  truth: Uint8Array,
  width: number,
  height: number,
): number[] {
  const found: number[] = [];
  const isBackground = (at: number) => mask[at] === 0 && truth[at] !== IGNORED;
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      if (mask[at] === 0 || truth[at] === IGNORED) continue;
      const isBoundary =
        (x > 0 && isBackground(at - 1)) ||
        (x < width - 1 && isBackground(at + 1)) ||
        (y > 0 && isBackground(at - width)) ||
        (y < height - 1 && isBackground(at + width));
      if (isBoundary) found.push(at);
    }
  return found;
}

function distances(
  from: readonly number[],
  to: readonly number[],
  width: number,
  height: number,
): Float64Array {
  const away = new Uint8Array(width * height).fill(1);
  for (const at of to) away[at] = 0;
  const squared = squaredDistance(away, width, height);
  return Float64Array.from(from, (at) =>
    to.length === 0 ? Number.POSITIVE_INFINITY : Math.sqrt(squared[at]),
  );
}
