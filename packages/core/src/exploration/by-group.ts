import { groupBy, mean, sum } from '../tables/index.js';
import type { MeasuredTile, TileEntry } from './tiles.js';

/** Counts of a group: (dataset, source), or of all tiles, where `dataset` is `all` and `source` null. */
export type GroupCounts = {
  readonly dataset: number | 'all';
  readonly source: number | null;
  readonly rows: number;
  readonly files: number;
  readonly labelled: number;
  readonly vesselPolygons: number;
  readonly glomerulusPolygons: number;
  readonly unsurePolygons: number;
};

/** Statistics of a group's labelled tiles; means are over tiles, each counting once. */
export type GroupStatistics = {
  readonly dataset: number | 'all';
  readonly source: number | null;
  readonly tiles: number;
  readonly tilesWithoutVessel: number;
  readonly meanVessels: number | null;
  /** Mean over the tiles that have a vessel of their mean vessel size: 1000 px. */
  readonly meanVesselSize: number | null;
  /** 1000 px a tile. */
  readonly meanTotalVesselSize: number | null;
  readonly meanPositiveRatio: number | null;
  readonly meanGlomerulusShare: number | null;
  readonly meanUnsureShare: number | null;
  readonly meanIgnoredShare: number | null;
};

/** Counts by (dataset, source) in their order; a row of all comes last where there are several. */
export function countByGroup(tiles: readonly TileEntry[]): GroupCounts[] {
  return byGroup(tiles, (rows) => ({
    rows: rows.length,
    files: sum(rows, 'files'),
    labelled: sum(rows, 'labelled'),
    vesselPolygons: sum(rows, 'vesselPolygons'),
    glomerulusPolygons: sum(rows, 'glomerulusPolygons'),
    unsurePolygons: sum(rows, 'unsurePolygons'),
  }));
}

/** Statistics of the labelled ones among the tiles by (dataset, source), and of all as `countByGroup`. */
export function statisticsByGroup(tiles: readonly MeasuredTile[]): GroupStatistics[] {
  return byGroup(
    tiles.filter((tile) => tile.labelled === 1),
    (rows) => ({
      tiles: rows.length,
      tilesWithoutVessel: rows.filter((tile) => tile.vessels === 0).length,
      meanVessels: mean(rows, 'vessels'),
      meanVesselSize: mean(rows, 'meanVesselSize'),
      meanTotalVesselSize: mean(rows, 'totalVesselSize'),
      meanPositiveRatio: mean(rows, 'positiveRatio'),
      meanGlomerulusShare: mean(rows, 'glomerulusShare'),
      meanUnsureShare: mean(rows, 'unsureShare'),
      meanIgnoredShare: mean(rows, 'ignoredShare'),
    }),
  );
}

type Named<Numbers> = {
  readonly dataset: number | 'all';
  readonly source: number | null;
} & Numbers;

function byGroup<T extends { readonly dataset: number; readonly source: number }, Numbers>(
  tiles: readonly T[],
  measure: (rows: readonly T[]) => Numbers,
): Named<Numbers>[] {
  const groups = groupBy(tiles, ['dataset', 'source']).map(({ key, rows }) => ({
    dataset: key.dataset,
    source: key.source,
    ...measure(rows),
  }));
  return groups.length < 2
    ? groups
    : [...groups, { dataset: 'all', source: null, ...measure(tiles) }];
}
