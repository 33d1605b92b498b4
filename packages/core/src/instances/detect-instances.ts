import type { Connectivity } from '../geometry/index.js';
import { findInstances } from './find-instances.js';
import type { Detection } from './instance.js';
import { notebookRule } from './instance-rule.js';

/**
 * The vessels of a probability map as the notebook makes its submission: connected components above a
 * cutoff, each with the mean probability of its pixels as confidence. `findInstances` by the
 * `notebookRule` with another cutoff.
 *
 * @param probability height*width, row-major, 0 to 1
 * @param options.cutoff the notebook uses 0.8 to 0.84
 * @param options.connectivity the notebook uses 8, the default of `cv2.connectedComponents`
 * @throws RangeError as `findInstances`
 */
export function detectInstances(
  probability: Float32Array,
  width: number,
  height: number,
  { cutoff, connectivity }: { readonly cutoff: number; readonly connectivity: Connectivity },
): Detection[] {
  const rule = { ...notebookRule, low: cutoff, high: cutoff, connectivity };
  return findInstances(probability, width, height, rule);
}
