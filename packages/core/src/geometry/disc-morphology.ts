import { complement } from './complement.js';
import { squaredDistance } from './squared-distance.js';

/**
 * Dilation by a disc: the pixels within the radius of a foreground pixel, centre to centre
 * (dx² + dy² <= radius²). `scipy.ndimage.binary_dilation` with the disc as structuring element.
 *
 * @param mask height*width, row-major; pixels other than 0 are foreground
 * @param radius pixels, 0 or more, not necessarily whole
 * @returns height*width, 0 and 1
 * @throws RangeError as `squaredDistance`, and for a radius that is negative or not finite
 */
export function dilate(
  mask: Uint8Array,
  width: number,
  height: number,
  radius: number,
): Uint8Array {
  const reach = squaredReach(radius, width, height);
  const squared = squaredDistance(complement(mask), width, height);
  const dilated = new Uint8Array(mask.length);
  for (let at = 0; at < dilated.length; at++) if (squared[at] <= reach) dilated[at] = 1;
  return dilated;
}

/**
 * Erosion by a disc: the foreground pixels with no background within the radius. Beyond the border is
 * no background, as in `cv2.erode` and `scipy.ndimage.binary_erosion` with `border_value` 1.
 *
 * @param mask height*width, row-major; pixels other than 0 are foreground
 * @param radius pixels, 0 or more, not necessarily whole
 * @returns height*width, 0 and 1
 * @throws RangeError as `dilate`
 */
export function erode(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const reach = squaredReach(radius, width, height);
  const squared = squaredDistance(mask, width, height);
  const eroded = new Uint8Array(mask.length);
  for (let at = 0; at < eroded.length; at++) if (squared[at] > reach) eroded[at] = 1;
  return eroded;
}

/** Below the value that `squaredDistance` gives where there is nothing to be near to. */
function squaredReach(radius: number, width: number, height: number): number {
  if (!(Number.isFinite(radius) && radius >= 0))
    throw new RangeError(`radius ${radius} is not a number of pixels from 0`);
  return Math.min(radius * radius, width * width + height * height - 1);
}
