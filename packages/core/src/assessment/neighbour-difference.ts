import { type DrawnMetric, estimates, type MetricEstimate } from '../statistics/index.js';
import type { AssessedTile } from './assessed-tile.js';
import { type HeadlineName, headlineMetrics, headlineNames } from './headlines.js';

/** Validation tiles on one side of the comparison. */
export interface NeighbourSide {
  readonly images: number;
  readonly slides: number;
  readonly headlines: Readonly<Record<HeadlineName, MetricEstimate>>;
}

/**
 * How tiles that lie beside training tiles are scored, and how others. Plain JSON.
 *
 * The two are other tiles, not the same under two trainings: a difference may also come of where in a
 * slide tiles have no neighbour. It is evidence of what a split flatters by, not its measure, which
 * takes a second run with a split by slide.
 */
export interface NeighbourDifference {
  /** Tiles that overlap or touch a training tile of their slide. */
  readonly beside: NeighbourSide;
  readonly apart: NeighbourSide;
  /** Beside minus apart; no interval where a side has fewer than two tiles, or slides. */
  readonly difference: Readonly<Record<HeadlineName, MetricEstimate>>;
}

/**
 * Compares tiles beside training tiles with the others. A resample draws from all tiles, or slides,
 * and so varies both sides, and how many tiles each has.
 *
 * @param touching ids as `touchingTraining` gives them
 */
export function neighbourDifference(
  tiles: readonly AssessedTile[],
  touching: Iterable<string>,
  { seed }: { readonly seed: number },
): NeighbourDifference {
  const ids = new Set(touching);
  const isBeside = tiles.map(({ id }) => ids.has(id));
  const beside = side(
    tiles.filter((_, k) => isBeside[k]),
    seed,
  );
  const apart = side(
    tiles.filter((_, k) => !isBeside[k]),
    seed,
  );
  const metrics = headlineMetrics(tiles);
  const differences = Object.fromEntries(
    headlineNames.map((name) => [name, differenceOf(metrics[name], isBeside)]),
  ) as Record<HeadlineName, DrawnMetric>;
  const all = estimates(
    differences,
    tiles.map(({ source }) => source),
    { seed },
  );
  const least = (count: 'images' | 'slides') => Math.min(beside[count], apart[count]);
  return {
    beside,
    apart,
    difference: Object.fromEntries(
      headlineNames.map((name) => [
        name,
        {
          value: all[name].value,
          byTile: least('images') < 2 ? null : all[name].byTile,
          bySlide: least('slides') < 2 ? null : all[name].bySlide,
        },
      ]),
    ) as Record<HeadlineName, MetricEstimate>,
  };
}

function side(tiles: readonly AssessedTile[], seed: number): NeighbourSide {
  const slides = tiles.map(({ source }) => String(source));
  return {
    images: tiles.length,
    slides: new Set(slides).size,
    headlines: estimates(headlineMetrics(tiles), slides, { seed }),
  };
}

/** What a metric is of the tiles marked, less what it is of the others; null where one is undefined. */
function differenceOf(metric: DrawnMetric, marked: readonly boolean[]): DrawnMetric {
  const inside = new Uint32Array(marked.length);
  const outside = new Uint32Array(marked.length);
  return (counts) => {
    for (let k = 0; k < marked.length; k++) {
      inside[k] = marked[k] ? counts[k] : 0;
      outside[k] = marked[k] ? 0 : counts[k];
    }
    const [a, b] = [metric(inside), metric(outside)];
    return a === null || b === null ? null : a - b;
  };
}
