import type { Connectivity } from './connected-components.js';
import { neighboursWithin } from './neighbours.js';

/**
 * Divides a surface among markers, as water rising from them would on the surface turned upside down
 * (Meyer's flooding, without lines between the basins).
 *
 * The markers are queued in their order, each at its own level. Then, as long as there is one, the
 * first come of the highest level that holds any is taken; its neighbours above 0 without a label get
 * its own, in raster order, and are queued at their level, or at the level taken where that is lower.
 * So the result is defined to the pixel. Every pixel above 0 that a marker reaches has a label, and
 * the pixels of a label hang together.
 *
 * @param surface height*width whole numbers, row-major; 0 and below is outside. Memory is taken for
 *   its highest value
 * @param markers indices of different pixels above 0; the k-th gets label k + 1
 * @returns height*width labels, 0 where no water came
 * @throws RangeError a surface of another length, or a marker outside or given twice
 */
export function watershed(
  surface: Int32Array,
  width: number,
  height: number,
  markers: readonly number[],
  connectivity: Connectivity,
): Int32Array {
  if (surface.length !== width * height)
    throw new RangeError(
      `surface of ${surface.length} pixels for width ${width} x height ${height} = ${width * height}`,
    );
  const labels = new Int32Array(surface.length);
  const queue = levelQueue(surface);
  markers.forEach((at, k) => {
    if (!(surface[at] > 0)) throw new RangeError(`marker ${k} at ${at} is outside the surface`);
    if (labels[at] !== 0) throw new RangeError(`marker ${k} at ${at} is given twice`);
    labels[at] = k + 1;
    queue.add(at, surface[at]);
  });
  const { found, find } = neighboursWithin(width, height, connectivity);
  for (let at = queue.take(); at !== -1; at = queue.take()) {
    const level = queue.level();
    const count = find(at);
    for (let k = 0; k < count; k++) {
      const to = found[k];
      if (labels[to] !== 0 || surface[to] <= 0) continue;
      labels[to] = labels[at];
      queue.add(to, Math.min(surface[to], level));
    }
  }
  return labels;
}

/** Pixels by level, the highest first and those of a level as they came; nothing is added above the level taken. */
function levelQueue(surface: Int32Array): {
  add(at: number, level: number): void;
  /** The next pixel, -1 where there is none. */
  take(): number;
  /** The level of the pixel taken last. */
  level(): number;
} {
  let level = 0;
  for (const value of surface) if (value > level) level = value;
  const first = new Int32Array(level + 1).fill(-1);
  const last = new Int32Array(level + 1);
  const after = new Int32Array(surface.length).fill(-1);
  return {
    add(at, queued) {
      if (first[queued] === -1) first[queued] = at;
      else after[last[queued]] = at;
      last[queued] = at;
    },
    take() {
      while (level > 0 && first[level] === -1) level--;
      const at = first[level];
      if (at !== -1) first[level] = after[at];
      return at;
    },
    level: () => level,
  };
}
