import type { Instance } from './instance.js';

/**
 * The share of an instance's pixels that lie in a region, 0 to 1.
 *
 * @param region height*width of the image, row-major, 0 and 1
 * @param width of the image
 */
export function insideShare(
  { box, mask, area }: Instance,
  region: Uint8Array,
  width: number,
): number {
  let inside = 0;
  for (let row = 0, at = 0; row < box.height; row++) {
    const start = (box.y + row) * width + box.x;
    for (let column = 0; column < box.width; column++, at++)
      inside += mask[at] & region[start + column];
  }
  return inside / area;
}
