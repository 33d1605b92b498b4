import { connectedComponents, squaredDistance } from '../geometry/index.js';
import { IGNORED } from '../truth.js';

/** What the labels of one tile say to a plan. */
export interface VesselMeasurements {
  /** Pixels that are vessel, and that do not count. */
  readonly vesselPixels: number;
  readonly ignoredPixels: number;
  /** Pixels of each vessel: an 8-connected component. */
  readonly areas: readonly number[];
  /** The width of each vessel where it is widest, in pixels. */
  readonly greatestWidths: readonly number[];
  /** How many pixels of centre lines lie where a vessel has a width, by width in pixels. */
  readonly widths: ReadonlyMap<number, number>;
}

/**
 * Measures the vessels of a truth map (`height * width`: 0, 1, `IGNORED`).
 *
 * The centre line is where no neighbour of a pixel is farther from the nearest pixel outside (ridges of the
 * distance transform, Blum 1967). At a distance d the width is 2 d - 1 pixels where the line is one pixel
 * thick, and 2 d where it is two, between which the middle of an even width lies: so upright vessels have
 * their number of pixels. Long vessels weigh more than short ones, since widths are counted along the lines.
 * What the border of the image cuts is taken to go on, up to a width of the image's smaller side.
 *
 * @throws RangeError as `squaredDistance`
 */
export function measureVessels(
  truth: Uint8Array,
  width: number,
  height: number,
): VesselMeasurements {
  const vessel = truth.map((value) => Number(value === 1));
  const ignoredPixels = truth.reduce((sum, value) => sum + Number(value === IGNORED), 0);
  const widths = new Map<number, number>();
  if (!vessel.includes(1))
    return { vesselPixels: 0, ignoredPixels, areas: [], greatestWidths: [], widths };
  const squared = squaredDistance(vessel, width, height);
  const { labels, components } = connectedComponents(vessel, width, height, 8);
  const greatest = new Float64Array(components.length);
  for (let at = 0, y = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      if (vessel[at] === 0) continue;
      if (!isRidge(squared, width, height, x, y)) continue;
      const thickness = lineThickness(squared, width, height, x, y);
      const across = 2 * Math.sqrt(squared[at]) - (thickness === 2 ? 0 : 1);
      const found = Math.min(across, width, height);
      widths.set(found, (widths.get(found) ?? 0) + 1);
      const label = labels[at] - 1;
      greatest[label] = Math.max(greatest[label], found);
    }
  const areas = components.map(({ area }) => area);
  const vesselPixels = areas.reduce((sum, area) => sum + area, 0);
  return {
    vesselPixels,
    ignoredPixels,
    areas,
    greatestWidths: [...greatest],
    widths,
  };
}

/** Whether no neighbour, of sides and corners, is larger. */
function isRidge(values: Int32Array, width: number, height: number, x: number, y: number): boolean {
  const value = values[y * width + x];
  const right = Math.min(x + 1, width - 1);
  const bottom = Math.min(y + 1, height - 1);
  for (let row = Math.max(y - 1, 0); row <= bottom; row++)
    for (let column = Math.max(x - 1, 0); column <= right; column++)
      if (values[row * width + column] > value) return false;
  return true;
}

/** The shorter of the runs of equal values through a pixel, along its row and its column; 3 for more than 2. */
function lineThickness(
  values: Int32Array,
  width: number,
  height: number,
  x: number,
  y: number,
): number {
  const at = y * width + x;
  const run = (place: number, length: number, step: number) => {
    const equal = (offset: number) => values[at + offset * step] === values[at];
    let before = 0;
    while (before < 2 && place - before > 0 && equal(-before - 1)) before++;
    let after = 0;
    while (after < 2 && place + after < length - 1 && equal(after + 1)) after++;
    // A line goes on beyond the border.
    const isCut = place - before === 0 || place + after === length - 1;
    return isCut ? 3 : Math.min(3, before + after + 1);
  };
  return Math.min(run(x, width, 1), run(y, height, width));
}
