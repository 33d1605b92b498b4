import { complement, measureLabels, squaredDistance } from '../geometry/index.js';
import { type Instance, labelledInstances, withMargin } from './instance.js';

/**
 * Dilates each instance by a disc, without merging any: a pixel within the radius of several goes to
 * the nearest (centre to centre), of equally near ones to the first given, and no instance loses a
 * pixel. Dilated instances may touch, and stay as many as they were
 * (`skimage.segmentation.expand_labels`, with ties defined).
 *
 * @param instances of an image of width x height, no pixel in two of them
 * @param radius pixels, 0 or more, not necessarily whole
 * @returns the instances in their order
 */
export function dilateInstances(
  instances: readonly Instance[],
  width: number,
  height: number,
  radius: number,
): Instance[] {
  const owners = new Int32Array(width * height);
  const nearest = new Int32Array(width * height).fill(2 ** 31 - 1);
  instances.forEach((instance, k) => {
    const { box, mask } = withMargin(instance, Math.floor(radius), width, height);
    const squared = squaredDistance(complement(mask), box.width, box.height);
    for (let row = 0, at = 0; row < box.height; row++) {
      let to = (box.y + row) * width + box.x;
      for (let column = 0; column < box.width; column++, at++, to++)
        if (squared[at] <= radius * radius && squared[at] < nearest[to]) {
          nearest[to] = squared[at];
          owners[to] = k + 1;
        }
    }
  });
  return labelledInstances(owners, width, measureLabels(owners, width, height, instances.length));
}
