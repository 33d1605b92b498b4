import type { Point } from './points.js';

/**
 * A connected area and what is cut out of it. Rings are closed by themselves: the last vertex joins the
 * first, which is not repeated.
 *
 * The outer ring has a positive `ringArea`, holes a negative one. In numbers that is RFC 7946's right-hand
 * rule (outer rings counter-clockwise, holes clockwise, seen with y upwards); seen on an image, where y
 * grows downwards, an outer ring runs clockwise and what it encloses lies to its right.
 */
export interface Polygon {
  readonly outer: readonly Point[];
  readonly holes: readonly (readonly Point[])[];
}

/** All rings of polygons: for the even-odd rule it does not matter which ring is a hole. */
export function ringsOf(polygons: readonly Polygon[]): (readonly Point[])[] {
  return polygons.flatMap(({ outer, holes }) => [outer, ...holes]);
}

/** Signed area of a ring by the shoelace formula: see `Polygon` for the sign. Exact on pixel edges. */
export function ringArea(ring: readonly Point[]): number {
  let twice = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++)
    twice += ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1];
  return twice / 2;
}

/** Area of a polygon, its holes cut out: of a traced outline the number of its pixels. */
export function polygonArea({ outer, holes }: Polygon): number {
  return holes.reduce((area, hole) => area + ringArea(hole), ringArea(outer));
}
