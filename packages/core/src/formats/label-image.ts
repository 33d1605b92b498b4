import { InputError } from '../errors.js';
import type { Instance } from '../instances/index.js';

/** The most instances that 16 bits tell apart. */
const MAX_LABELS = 65_535;

/**
 * A label image: 0 for background, n for the pixels of the n-th instance, counted from 1. Where instances
 * overlap the later one is seen.
 *
 * @returns height*width, row-major
 * @throws InputError more than 65535 instances
 */
export function labelImage(
  instances: readonly Instance[],
  width: number,
  height: number,
): Uint16Array {
  if (instances.length > MAX_LABELS)
    throw new InputError({
      problem: `${instances.length} instances in a label image`,
      expected: `at most ${MAX_LABELS}, which is what 16 bits tell apart`,
      hint: 'Write them as GeoJSON or COCO, or raise the cutoff',
    });
  const labels = new Uint16Array(width * height);
  instances.forEach(({ box, mask }, k) => {
    for (let row = 0, at = 0; row < box.height; row++) {
      const start = (box.y + row) * width + box.x;
      for (let column = 0; column < box.width; column++, at++)
        if (mask[at] !== 0) labels[start + column] = k + 1;
    }
  });
  return labels;
}
