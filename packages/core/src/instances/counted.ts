import { IGNORED } from '../truth.js';
import type { Instance } from './instance.js';

/**
 * A probability map to find instances in: 0 where pixels are ignored, so that what is predicted there
 * neither makes an instance nor joins two.
 *
 * @param truth as long as the map
 * @returns the map itself where nothing is ignored
 */
export function countedProbability(probability: Float32Array, truth: Uint8Array): Float32Array {
  if (!truth.includes(IGNORED)) return probability;
  return probability.map((p, at) => (truth[at] === IGNORED ? 0 : p));
}

/**
 * Instances without their ignored pixels, which holes that were filled and dilation may have brought
 * back; one that has no others is none.
 *
 * @param truth height*width of the image
 * @returns the instances themselves where nothing is ignored
 */
export function countedInstances<T extends Instance>(
  instances: readonly T[],
  truth: Uint8Array,
  width: number,
): readonly T[] {
  if (!truth.includes(IGNORED)) return instances;
  return instances.flatMap((instance) => {
    const { box } = instance;
    const mask = Uint8Array.from(instance.mask);
    let { area } = instance;
    for (let row = 0, at = 0; row < box.height; row++) {
      const start = (box.y + row) * width + box.x;
      for (let column = 0; column < box.width; column++, at++)
        if (mask[at] === 1 && truth[start + column] === IGNORED) {
          mask[at] = 0;
          area--;
        }
    }
    return area === 0 ? [] : [{ ...instance, mask, area }];
  });
}
