import type { Point } from './points.js';

/**
 * The pixels whose centres lie inside rings by the even-odd rule, as a mask: of outlines along pixel edges
 * (`traceOutlines`) exactly their pixels, holes left out. Pixel centres are at integers.
 *
 * Unlike `fillPolygon`, which draws the outline's pixels too. A centre on a left or upper edge is inside,
 * on a right or lower one outside, so polygons that share an edge share no pixel.
 *
 * Rings that overlap cut each other out: rasterise instances one by one. Cost: the rows that each edge
 * crosses within the mask, plus the mask's pixels.
 *
 * @param rings vertices [x, y] in pixels, closed by themselves; a first point repeated does no harm
 * @param width columns of the mask, 0 or more
 * @param height rows of the mask, 0 or more
 * @returns height*width, row-major, 0 and 1
 * @throws RangeError a coordinate that is not finite
 */
export function rasteriseRings(
  rings: Iterable<readonly Point[]>,
  width: number,
  height: number,
): Uint8Array {
  const mask = new Uint8Array(width * height);
  // A crossing turns over every pixel from the first one right of it: first only marked, then summed up.
  for (const ring of rings)
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++)
      markCrossings(ring[j], ring[i], width, height, mask);
  for (let row = 0; row < mask.length; row += width)
    for (let at = row + 1; at < row + width; at++) mask[at] ^= mask[at - 1];
  return mask;
}

function markCrossings(
  from: Point,
  to: Point,
  width: number,
  height: number,
  marks: Uint8Array,
): void {
  // Downwards whichever way the ring runs, so that both sides of a shared edge round alike.
  const [[x0, y0], [x1, y1]] = from[1] <= to[1] ? [from, to] : [to, from];
  if (!Number.isFinite(x0 + y0 + x1 + y1))
    throw new RangeError(`an edge from [${from}] to [${to}] is not finite`);
  const end = Math.min(Math.ceil(y1), height);
  for (let y = Math.max(Math.ceil(y0), 0); y < end; y++) {
    const first = Math.max(Math.ceil(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)), 0);
    if (first < width) marks[y * width + first] ^= 1;
  }
}
