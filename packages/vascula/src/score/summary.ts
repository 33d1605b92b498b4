import { estimates, groupBy, type MetricEstimate } from '@vascula/core';
import { type SizeScore, scoreBySize } from './by-size.js';
import { drawnMetrics, type MetricName } from './metrics.js';
import type { ScoreOptions } from './options.js';
import { type ScoredTile, slidesOf } from './scored-tile.js';

/** How the vessels of some tiles were found. */
export interface InstanceRow {
  readonly tiles: number;
  readonly slides: number;
  /** Tiles without a vessel. */
  readonly emptyTiles: number;
  readonly truths: number;
  readonly detections: number;
  readonly metrics: Readonly<Record<MetricName, MetricEstimate>>;
}

export interface InstanceGroup extends InstanceRow {
  readonly dataset: number;
  readonly source: number;
}

/** Plain JSON. */
export interface InstanceSummary {
  readonly options: ScoreOptions;
  /** Of the bootstrap. */
  readonly seed: number;
  /** Tiles without a vessel that the options leave out. */
  readonly tilesLeftOut: number;
  readonly overall: InstanceRow;
  /** By (dataset, source), in their natural order. */
  readonly groups: readonly InstanceGroup[];
  readonly sizes: readonly SizeScore[];
}

/** Scores tiles together, by (dataset, source), and by size of the vessels. */
export function summariseInstances(
  tiles: readonly ScoredTile[],
  options: ScoreOptions,
  seed: number,
): InstanceSummary {
  const counted =
    options.emptyTiles === 'counted' ? tiles : tiles.filter(({ compared }) => compared.truths > 0);
  return {
    options,
    seed,
    tilesLeftOut: tiles.length - counted.length,
    overall: row(counted, options, seed),
    groups: groupBy(
      counted.map(({ dataset, source }, at) => ({ dataset, source, at })),
      ['dataset', 'source'],
    ).map(({ key, rows }) => ({
      ...key,
      ...row(
        rows.map(({ at }) => counted[at] as ScoredTile),
        options,
        seed,
      ),
    })),
    sizes: scoreBySize(counted, options, seed),
  };
}

function row(tiles: readonly ScoredTile[], options: ScoreOptions, seed: number): InstanceRow {
  const total = (count: (tile: ScoredTile) => number) =>
    tiles.reduce((sum, tile) => sum + count(tile), 0);
  return {
    tiles: tiles.length,
    slides: new Set(tiles.map(({ source }) => source)).size,
    emptyTiles: total(({ compared }) => (compared.truths === 0 ? 1 : 0)),
    truths: total(({ compared }) => compared.truths),
    detections: total(({ compared }) => compared.confidences.length),
    metrics: estimates(drawnMetrics(tiles, options), slidesOf(tiles), { seed }),
  };
}
