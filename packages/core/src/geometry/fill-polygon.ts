import { drawLine } from './draw-line.js';
import type { Point } from './points.js';

/** Fixed-point scale of x along an edge: 16 fractional bits, as in OpenCV. */
const ONE = 1 << 16;
const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

/**
 * Sets to 1 every pixel of a polygon, outline included; other pixels of the mask stay as they were.
 *
 * Equal pixel for pixel to `cv2.fillPoly(mask, [points], 1)` of OpenCV 4.6 (8-connected lines, no
 * fractional bits): the inside by the even-odd rule, so a self-crossing ring has holes; then the
 * outline by Bresenham's lines. The ring is closed by itself; a first point repeated at the end does
 * no harm. One point is one pixel, two are a line, none is nothing. A line that leaves the mask is
 * first clipped to whole pixels, as in OpenCV, so near the border its pixels may differ by one from
 * those of the same line on a larger canvas; the inside does not.
 *
 * OpenCV takes whole numbers only. Here a fractional coordinate is rounded to the nearest whole
 * number, halves towards +infinity, which commutes with moving a polygon by whole pixels.
 *
 * Cost: the rows each edge crosses within the mask, plus the pixels filled.
 *
 * @param points vertices [x, y] in pixels
 * @param width columns of the mask, 0 or more
 * @param height rows of the mask, 0 or more
 * @param mask height*width, row-major; written in place
 * @throws RangeError a mask of another length, or a coordinate that is not finite or not in int32
 */
export function fillPolygon(
  points: readonly Point[],
  width: number,
  height: number,
  mask: Uint8Array,
): void {
  if (mask.length !== width * height)
    throw new RangeError(
      `mask of ${mask.length} pixels for width ${width} x height ${height} = ${width * height}`,
    );
  const count = points.length;
  if (count === 0) return;
  const xs = new Float64Array(count);
  const ys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    xs[i] = wholePixel(points[i][0], i);
    ys[i] = wholePixel(points[i][1], i);
  }
  if (mask.length === 0) return;
  fillInside(xs, ys, width, height, mask);
  for (let i = 0, j = count - 1; i < count; j = i++)
    drawLine(xs[j], ys[j], xs[i], ys[i], width, height, mask);
}

/**
 * The union of polygons as a mask: 1 where any ring has a pixel, else 0.
 *
 * Each ring is filled by itself (see `fillPolygon`), so rings that overlap do not cut holes in each
 * other, as they would in one call of `cv2.fillPoly` with several contours.
 *
 * @param rings one array of vertices [x, y] a polygon
 * @param into a mask of height*width to add to; a new, empty one where it is left out
 * @returns the mask, height*width, row-major
 * @throws RangeError as `fillPolygon`
 */
export function fillPolygons(
  rings: Iterable<readonly Point[]>,
  width: number,
  height: number,
  into: Uint8Array = new Uint8Array(width * height),
): Uint8Array {
  for (const ring of rings) fillPolygon(ring, width, height, into);
  return into;
}

function wholePixel(value: number, index: number): number {
  const whole = Math.floor(value + 0.5);
  if (!(whole >= INT32_MIN && whole <= INT32_MAX))
    throw new RangeError(`coordinate ${value} of point ${index} is not within int32`);
  return whole;
}

/**
 * Even-odd scanline fill. An edge covers the rows from its upper end up to, not with, its lower one,
 * so every row is crossed an even number of times; between two crossings the pixels from the ceiling
 * of the left x to the floor of the right x are inside.
 */
function fillInside(
  xs: Float64Array,
  ys: Float64Array,
  width: number,
  height: number,
  mask: Uint8Array,
): void {
  const count = xs.length;
  let top = height;
  let bottom = 0;
  for (let i = 0; i < count; i++) {
    top = Math.min(top, ys[i]);
    bottom = Math.max(bottom, ys[i]);
  }
  top = Math.max(top, 0);
  bottom = Math.min(bottom, height);
  if (top >= bottom) return;

  // Edges by the first row they cross within the mask, as linked lists: a bucket sort.
  const firstOfRow = new Int32Array(bottom - top).fill(-1);
  const nextOfRow = new Int32Array(count);
  const x = new Float64Array(count);
  const step = new Float64Array(count);
  const end = new Int32Array(count);
  for (let i = 0, j = count - 1; i < count; j = i++) {
    if (ys[i] === ys[j]) continue;
    const upper = ys[i] < ys[j] ? i : j;
    const lower = upper === i ? j : i;
    const start = Math.max(ys[upper], top);
    end[i] = Math.min(ys[lower], bottom);
    if (start >= end[i]) continue;
    step[i] = truncatedQuotient((xs[lower] - xs[upper]) * ONE, ys[lower] - ys[upper]);
    x[i] = xs[upper] * ONE + (start - ys[upper]) * step[i];
    nextOfRow[i] = firstOfRow[start - top];
    firstOfRow[start - top] = i;
  }

  const active = new Int32Array(count);
  const crossings = new Float64Array(count);
  let activeCount = 0;
  for (let row = top; row < bottom; row++) {
    for (let edge = firstOfRow[row - top]; edge !== -1; edge = nextOfRow[edge])
      active[activeCount++] = edge;
    let kept = 0;
    for (let k = 0; k < activeCount; k++) {
      const edge = active[k];
      if (end[edge] === row) continue;
      // Sorted as they come: there are two or four as a rule.
      const at = x[edge];
      let place = kept;
      for (; place > 0 && crossings[place - 1] > at; place--)
        crossings[place] = crossings[place - 1];
      crossings[place] = at;
      active[kept++] = edge;
      x[edge] += step[edge];
    }
    activeCount = kept;
    for (let k = 0; k < activeCount; k += 2) {
      const left = Math.max(Math.ceil(crossings[k] / ONE), 0);
      const right = Math.min(Math.floor(crossings[k + 1] / ONE), width - 1);
      if (left <= right) mask.fill(1, row * width + left, row * width + right + 1);
    }
  }
}

/** a / b towards zero, exact for whole a, b up to 2^53 (a plain division may round up to a whole). */
function truncatedQuotient(a: number, b: number): number {
  return (a - (a % b)) / b;
}
