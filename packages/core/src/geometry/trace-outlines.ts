import { connectedComponents } from './connected-components.js';
import type { Point } from './points.js';
import { type Polygon, ringArea } from './polygon.js';

/** Headings along pixel edges: right, down, left, up. A right turn is the next one. */
const STEP_X = [1, 0, -1, 0];
const STEP_Y = [0, 1, 0, -1];
/** From a corner, by heading: the pixel ahead to the right hand; the left hand's is the heading's before. */
const AHEAD_X = [0, -1, -1, 0];
const AHEAD_Y = [0, 0, -1, -1];

/**
 * The outlines of a mask along the edges of its pixels: one polygon for each 4-connected component, in
 * raster order of first pixels, with its holes. Pixels other than 0 are foreground.
 *
 * Pixel centres are at integers, so a pixel [x, y] covers x-0.5 to x+0.5 and vertices are at half
 * integers. `polygonArea` is the number of pixels, exactly, and `rasteriseRings` gives the mask back.
 * Only corners are vertices: three in a row never lie on a line.
 *
 * No ring passes a vertex twice, and no two rings cross: the polygons are valid simple features (OGC
 * 06-103r4), and together a valid multi-polygon. Pixels that touch at a corner only are two polygons that
 * touch there, also where the mask is a component of 8 neighbours. Gaps that touch at a corner only are
 * two holes, and a gap that touches the outside so is a hole as well.
 *
 * @param mask height*width, row-major
 * @param origin where the mask's first pixel lies, such as [box.x, box.y] for the mask of an instance
 * @throws RangeError a mask of another length
 */
export function traceOutlines(
  mask: Uint8Array,
  width: number,
  height: number,
  origin: Point = [0, 0],
): Polygon[] {
  const { labels, count } = connectedComponents(mask, width, height, 4);
  const outers: Point[][] = new Array(count);
  const holes: Point[][][] = Array.from({ length: count }, () => []);
  const passed = new Uint8Array(mask.length);
  const places = new Int32Array((width + 1) * (height + 1));
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      // Every loop has an edge along the top of a pixel; the first one in raster order begins at a corner.
      const isTop = labels[at] !== 0 && (y === 0 || labels[at - width] === 0);
      if (!isTop || passed[at] === 1) continue;
      const corners = followEdges(x, y, labels, width, height, passed);
      for (const loop of simpleLoops(corners, width, places)) {
        const ring = loop.map(([x, y]): Point => [origin[0] + x - 0.5, origin[1] + y - 0.5]);
        if (ringArea(loop) > 0) outers[labels[at] - 1] = ring;
        else holes[labels[at] - 1].push(ring);
      }
    }
  return outers.map((outer, k) => ({ outer, holes: holes[k] }));
}

/**
 * The corners at which the border of a component turns, followed from the top edge of a pixel with the
 * component to the right hand. A corner is named by the pixel to its lower right. Marks in `passed` the
 * pixels whose top edges were taken.
 */
function followEdges(
  startX: number,
  startY: number,
  labels: Int32Array,
  width: number,
  height: number,
  passed: Uint8Array,
): Point[] {
  const corners: Point[] = [];
  let [x, y, heading] = [startX, startY, 0];
  let turned = true;
  do {
    if (turned) corners.push([x, y]);
    if (heading === 0) passed[y * width + x] = 1;
    x += STEP_X[heading];
    y += STEP_Y[heading];
    const isForeground = (quarter: number): boolean => {
      const [px, py] = [x + AHEAD_X[quarter], y + AHEAD_Y[quarter]];
      return px >= 0 && py >= 0 && px < width && py < height && labels[py * width + px] !== 0;
    };
    const left = (heading + 3) % 4;
    const before = heading;
    // The right hand first: pixels that touch at a corner only are kept apart.
    if (!isForeground(heading)) heading = (heading + 1) % 4;
    else if (isForeground(left)) heading = left;
    turned = heading !== before;
  } while (x !== startX || y !== startY || heading !== 0);
  return corners;
}

/**
 * A closed path cut where it passes a corner again, which it does only where two gaps, or a gap and the
 * outside, touch at that corner: what lies between the two times is a loop of its own.
 *
 * @param places (width + 1) * (height + 1) zeros; left so
 */
function simpleLoops(corners: readonly Point[], width: number, places: Int32Array): Point[][] {
  const loops: Point[][] = [];
  const path: Point[] = [];
  const placeOf = ([x, y]: Point): number => y * (width + 1) + x;
  for (const corner of corners) {
    const place = places[placeOf(corner)];
    if (place === 0) {
      places[placeOf(corner)] = path.push(corner);
      continue;
    }
    const loop = path.splice(place - 1, path.length, corner);
    loops.push(loop);
    for (const left of loop.slice(1)) places[placeOf(left)] = 0;
  }
  for (const corner of path) places[placeOf(corner)] = 0;
  return [...loops, path];
}
