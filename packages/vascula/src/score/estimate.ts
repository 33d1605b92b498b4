import { type DrawnMetric, drawnIntervals, type Interval } from '@vascula/core';
import type { Tile } from '../dataset/index.js';

/** A metric with the 95 % intervals of the bootstrap (BCa, 2000 resamples). Plain JSON. */
export interface Estimate {
  /** Null where it is undefined. */
  readonly value: number | null;
  /** Resampled by tile: how much the tiles vary. Null for fewer than two. */
  readonly byTile: Interval | null;
  /** Resampled by slide: how another slide might do. Null for fewer than two. */
  readonly bySlide: Interval | null;
}

/** With fewer slides, what their resamples say of other slides is not to be relied on. */
export const FEW_SLIDES = 5;

/** Metrics of tiles with their intervals; each metric takes how often each tile is taken. */
export function estimates<Name extends string>(
  metrics: Readonly<Record<Name, DrawnMetric>>,
  tiles: readonly Pick<Tile, 'source'>[],
  seed: number,
): Record<Name, Estimate> {
  const all = Object.entries<DrawnMetric>(metrics);
  const functions = all.map(([, metric]) => metric);
  const cluster = (index: number) => (tiles[index] as Pick<Tile, 'source'>).source;
  const byTile = drawnIntervals(tiles.length, functions, { seed });
  const bySlide = drawnIntervals(tiles.length, functions, { seed, cluster });
  const ones = new Uint32Array(tiles.length).fill(1);
  return Object.fromEntries(
    all.map(([name, metric], k) => [
      name,
      { value: metric(ones), byTile: byTile[k] ?? null, bySlide: bySlide[k] ?? null },
    ]),
  ) as Record<Name, Estimate>;
}

/** What to know of intervals by slide; undefined where there are slides enough. */
export function slideNote(slides: number): string | undefined {
  if (slides >= FEW_SLIDES) return undefined;
  return slides < 2
    ? 'One slide only: nothing can be said of how another slide would do, and there is no interval by slide.'
    : `Only ${slides} slides: intervals by slide rest on ${slides} values. They are too short, and may miss what another slide would give.`;
}
