import { type Connectivity, selectComponents } from '../geometry/index.js';
import { threshold } from '../metrics/index.js';

/**
 * Threshold with hysteresis: the components above a low cutoff in which a pixel is above a high one
 * (Canny 1986; `skimage.filters.apply_hysteresis_threshold` with 4 neighbours). With equal cutoffs it
 * is `threshold`; as there, above is strictly greater, as float32, and NaN is above nothing.
 *
 * @param probability height*width, row-major, 0 to 1
 * @param low at most `high`
 * @returns height*width, 0 and 1
 * @throws RangeError a map of another length
 */
export function hysteresisThreshold(
  probability: Float32Array,
  width: number,
  height: number,
  low: number,
  high: number,
  connectivity: Connectivity,
): Uint8Array {
  if (probability.length !== width * height)
    throw new RangeError(
      `probability of ${probability.length} pixels for width ${width} x height ${height} = ${width * height}`,
    );
  const mask = threshold(probability, low);
  // Every component holds a pixel above the high cutoff: each of its own.
  if (low === high) return mask;
  const seeds = threshold(probability, high);
  return selectComponents(mask, seeds, true, width, height, connectivity);
}
