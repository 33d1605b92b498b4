import { squaredDistance } from '../geometry/index.js';
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
 * is empty, or full, has no boundary.
 *
 * @param truth height*width, row-major, 0 and 1
 * @param prediction the same shape
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
  const inTruth = boundaryPixels(truth, width, height);
  const inPrediction = boundaryPixels(prediction, width, height);
  return {
    ofTruth: distances(inTruth, inPrediction, width, height),
    ofPrediction: distances(inPrediction, inTruth, width, height),
  };
}

/** Indices of a mask's boundary pixels, in raster order. */
function boundaryPixels(mask: Uint8Array, width: number, height: number): number[] {
  const found: number[] = [];
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      if (mask[at] === 0) continue;
      const inside =
        (x === 0 || mask[at - 1] !== 0) &&
        (x === width - 1 || mask[at + 1] !== 0) &&
        (y === 0 || mask[at - width] !== 0) &&
        (y === height - 1 || mask[at + width] !== 0);
      if (!inside) found.push(at);
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
