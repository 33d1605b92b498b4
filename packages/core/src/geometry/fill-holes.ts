import { type Connectivity, connectedComponents } from './connected-components.js';

/**
 * Fills the holes of a mask: background from which no path of background leads to the border.
 *
 * Paths go over sides where the foreground's pixels hang together over corners too (8), and over
 * corners too where they do not (4): a ring that is one component then closes its hole.
 * `scipy.ndimage.binary_fill_holes` with its default structure is 8. Whatever lies in a hole is filled
 * with it.
 *
 * @param mask height*width, row-major; pixels other than 0 are foreground
 * @param connectivity of the foreground
 * @param maximumArea pixels: larger holes stay; without it all are filled
 * @returns height*width, 0 and 1
 * @throws RangeError a mask of another length
 */
export function fillHoles(
  mask: Uint8Array,
  width: number,
  height: number,
  connectivity: Connectivity,
  maximumArea = Number.POSITIVE_INFINITY,
): Uint8Array {
  const background = mask.map((value) => (value === 0 ? 1 : 0));
  const { labels, components } = connectedComponents(
    background,
    width,
    height,
    connectivity === 8 ? 4 : 8,
  );
  const hole = new Uint8Array(components.length + 1);
  for (const { label, area, box } of components) {
    const inside =
      box.x > 0 && box.y > 0 && box.x + box.width < width && box.y + box.height < height;
    if (inside && area <= maximumArea) hole[label] = 1;
  }
  const filled = new Uint8Array(mask.length);
  for (let at = 0; at < filled.length; at++)
    if (labels[at] === 0 || hole[labels[at]] === 1) filled[at] = 1;
  return filled;
}
