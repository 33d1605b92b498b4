import type { Connectivity } from './connected-components.js';
import { neighboursWithin } from './neighbours.js';

/**
 * The peaks of a surface that stand out by a prominence or more.
 *
 * A peak's prominence is how far one must at least descend from it on the way to a better pixel: one
 * that is higher, or as high and before it in raster order. Ways lead over pixels above 0 only; where
 * none leads to a better pixel the peak is the best of its component and always given. (In morphology:
 * dynamics, Grimaud 1992; the peaks are what the h-maxima transform keeps.)
 *
 * Pixels are added from the highest level down, and grow together by union-find.
 *
 * @param surface height*width whole numbers, row-major; 0 and below is outside. Memory is taken for
 *   its highest value
 * @param prominence in the surface's units, above 0
 * @returns indices of pixels, ascending
 * @throws RangeError a surface of another length, or a prominence that is not above 0
 */
export function prominentPeaks(
  surface: Int32Array,
  width: number,
  height: number,
  prominence: number,
  connectivity: Connectivity,
): number[] {
  if (surface.length !== width * height)
    throw new RangeError(
      `surface of ${surface.length} pixels for width ${width} x height ${height} = ${width * height}`,
    );
  if (!(prominence > 0)) throw new RangeError(`prominence ${prominence} is not above 0`);
  const { found, find } = neighboursWithin(width, height, connectivity);
  const order = fromHighest(surface);
  // A tree's root is its best pixel; -1 where a pixel is not yet in any tree.
  const parents = new Int32Array(surface.length).fill(-1);
  const kept: number[] = [];
  for (const at of order) {
    parents[at] = at;
    let root = at;
    for (let k = find(at) - 1; k >= 0; k--) {
      if (parents[found[k]] === -1) continue;
      const other = rootOf(parents, found[k]);
      if (other === root) continue;
      const better =
        surface[other] > surface[root] || (surface[other] === surface[root] && other < root);
      const lower = better ? root : other;
      if (better) root = other;
      parents[lower] = root;
      if (surface[lower] - surface[at] >= prominence) kept.push(lower);
    }
  }
  for (const at of order) if (parents[at] === at) kept.push(at);
  return kept.sort((a, b) => a - b);
}

/** The pixels above 0, the highest first, equal ones in raster order: a counting sort. */
function fromHighest(surface: Int32Array): Int32Array {
  let highest = 0;
  for (const value of surface) if (value > highest) highest = value;
  const next = new Int32Array(highest + 1);
  for (const value of surface) if (value > 0) next[highest - value + 1]++;
  for (let k = 1; k < next.length; k++) next[k] += next[k - 1];
  const order = new Int32Array(next[highest]);
  for (let at = 0; at < surface.length; at++)
    if (surface[at] > 0) order[next[highest - surface[at]]++] = at;
  return order;
}

function rootOf(parents: Int32Array, at: number): number {
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]];
    at = parents[at];
  }
  return at;
}
