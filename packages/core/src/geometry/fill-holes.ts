import { complement } from './complement.js';
import { type Connectivity, linkedPixels } from './connected-components.js';

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
  const { labels, roots } = linkedPixels(
    complement(mask),
    width,
    height,
    connectivity === 8 ? 4 : 8,
  );
  // By root: 0 for the foreground, NaN for what is open to the border, which no limit lets through.
  const area = new Float64Array(roots.length);
  for (let at = 0; at < labels.length; at++) if (labels[at] !== 0) area[roots[labels[at]]]++;
  const open = (at: number): void => {
    if (labels[at] !== 0) area[roots[labels[at]]] = Number.NaN;
  };
  for (let x = 0; x < width; x++) {
    open(x);
    open(labels.length - 1 - x);
  }
  for (let start = 0; start < labels.length; start += width) {
    open(start);
    open(start + width - 1);
  }
  const filled = new Uint8Array(labels.length);
  for (let at = 0; at < labels.length; at++)
    if (area[roots[labels[at]]] <= maximumArea) filled[at] = 1;
  return filled;
}
