import { type Random, randomStream } from '../random.js';
import { groupTiles, type SplittableTile } from './tile.js';

/**
 * The training tiles of a split that cuts each slide in two: the tiles of one (slide, dataset) are
 * ordered along the longer axis of the area they cover (between columns where both are equal) and parted by
 * one straight line between two rows or columns of tiles. The line is where the share of training
 * tiles comes nearest to the fraction; the stream says which end is for training. Neighbours are
 * thus on different sides only along the line, and wherever two datasets of a slide touch.
 *
 * A slide's datasets are cut apart from each other because results are reported by (dataset,
 * slide): each such group has validation tiles of its own.
 *
 * Where no line comes nearer to the fraction than none does, the group goes whole to the side
 * that is nearer, as a tie to training: with a fraction of 0.8, groups of one or two tiles, and tiles
 * that all have one position, are for training only.
 */
export function trainByPosition<T extends SplittableTile>(
  tiles: readonly T[],
  fraction: number,
  seed: number,
): T[] {
  return [...bySlideAndDataset(tiles)].flatMap(([key, group]) =>
    trainEnd(group, fraction * group.length, randomStream(seed, 'split', 'position', key)),
  );
}

function trainEnd<T extends SplittableTile>(group: T[], wanted: number, random: Random): T[] {
  const axis = longerAxis(group);
  const direction = random.chance(0.5) ? 1 : -1;
  const along = group.toSorted((a, b) => direction * (a[axis] - b[axis]));
  let cut = along.length;
  for (let count = along.length - 1; count >= 0; count--) {
    const parts = count === 0 || along[count - 1][axis] !== along[count][axis];
    if (parts && Math.abs(count - wanted) < Math.abs(cut - wanted)) cut = count;
  }
  return along.slice(0, cut);
}

/**
 * The tiles of each (slide, dataset) in strips: ordered as by `trainByPosition` and cut into `count` parts by
 * straight lines between two rows or columns of tiles, each where it is nearest to an equal share but
 * for leaving a part empty. A group of fewer rows or columns has one part each.
 */
export function stripsByPosition<T extends SplittableTile>(
  tiles: readonly T[],
  count: number,
): T[][][] {
  return [...bySlideAndDataset(tiles).values()].map((group) => {
    const axis = longerAxis(group);
    const along = group.toSorted((a, b) => a[axis] - b[axis]);
    const starts = [...along.keys()].filter(
      (k) => k === 0 || along[k - 1][axis] !== along[k][axis],
    );
    const parts = Math.min(count, starts.length);
    const strips: T[][] = [];
    let from = 0;
    for (let part = 1; part <= parts; part++) {
      // At least a line for this part, and one for each that follows.
      const places = [...starts, along.length].slice(from + 1, starts.length - parts + part + 1);
      const end = nearest(places, (part * along.length) / parts);
      strips.push(along.slice(starts[from], end));
      from += 1 + places.indexOf(end);
    }
    return strips;
  });
}

function bySlideAndDataset<T extends SplittableTile>(tiles: readonly T[]): Map<string, T[]> {
  return groupTiles(tiles, (tile) => JSON.stringify([`${tile.source}`, `${tile.dataset}`]));
}

function nearest(rising: readonly number[], wanted: number): number {
  return rising.reduce((best, value) =>
    Math.abs(value - wanted) < Math.abs(best - wanted) ? value : best,
  );
}

/** Rows where both are equal. */
function longerAxis(tiles: readonly SplittableTile[]): 'i' | 'j' {
  return extent(tiles, 'i') >= extent(tiles, 'j') ? 'i' : 'j';
}

function extent(tiles: readonly SplittableTile[], axis: 'i' | 'j'): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const tile of tiles) {
    least = Math.min(least, tile[axis]);
    most = Math.max(most, tile[axis]);
  }
  return most - least;
}
