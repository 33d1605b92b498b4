import {
  colourBySlide,
  countByGroup,
  describeFault,
  type ExploredSplit,
  exploreSplits,
  type GroupCounts,
  type GroupStatistics,
  type MeasuredTile,
  type SlideColour,
  type SplitOverlap,
  statisticsByGroup,
  sum,
} from '@vascula/core';
import type { PairsSummary } from '../check/index.js';
import type { DatasetOptions, Slide } from '../dataset/index.js';
import type { Collected } from './collect.js';

/** A person a slide comes from, and what there is of the slide. Null: not known. */
export type Donor = { readonly [Name in keyof Slide]: Exclude<Slide[Name], undefined> | null } & {
  readonly rows: number;
  readonly labelled: number;
};

/** One thing `vascula check` found. */
export type FoundFinding = {
  /** Faults make a dataset unusable for training, warnings do not. */
  readonly level: 'fault' | 'warning';
  readonly kind: string;
  readonly text: string;
};

/** All numbers of the page: its `data.json`, and what `vascula explore --json` prints. */
export interface Exploration {
  readonly folder: string;
  /** Label files; none of a dataset of pairs. */
  readonly polygons: readonly string[];
  /** Which image has which mask. */
  readonly pairs?: PairsSummary | undefined;
  readonly seed: number;
  readonly tileSize: { readonly width: number; readonly height: number } | null;
  /** True where `vascula check` found no fault. */
  readonly usable: boolean;
  readonly totals: {
    readonly rows: number;
    readonly files: number;
    readonly labelled: number;
    readonly vesselPolygons: number;
    readonly glomerulusPolygons: number;
    readonly unsurePolygons: number;
    readonly duplicateTiles: number;
    readonly duplicatePolygons: number;
    readonly faults: number;
    readonly warnings: number;
  };
  readonly groups: readonly GroupCounts[];
  readonly statistics: readonly GroupStatistics[];
  readonly colours: readonly SlideColour[];
  readonly splits: readonly SplitOverlap[];
  readonly donors: readonly Donor[];
  readonly findings: readonly FoundFinding[];
  readonly tiles: readonly MeasuredTile[];
}

export interface ExploreOptions extends DatasetOptions {
  readonly seed: number;
}

/** Whether some pixel of a tile does not count. */
export function hasIgnored({ tiles }: Pick<Exploration, 'tiles'>): boolean {
  return tiles.some(({ ignoredShare }) => ignoredShare !== null && ignoredShare > 0);
}

/** The statistics of what was collected, and the splits' sides, which the maps show. */
export function summariseCollected(
  folder: string,
  { pairs, polygons = pairs === undefined ? ['polygons.jsonl'] : [], seed }: ExploreOptions,
  { entries, measured, slides, report }: Collected,
): { exploration: Exploration; splits: readonly ExploredSplit[] } {
  const { tileSize } = report;
  const labelled = entries.filter((entry) => entry.labelled === 1);
  const side = tileSize === null ? 0 : Math.max(tileSize.width, tileSize.height);
  const splits = side === 0 ? [] : exploreSplits(labelled, side, { seed });
  const donors = slides.map(({ source, age, sex, race, height, weight, bmi }) => {
    const known = { age, sex, race, height, weight, bmi };
    const person = Object.fromEntries(
      Object.entries(known).map(([name, value]) => [name, value ?? null]),
    ) as { [Name in keyof typeof known]: Donor[Name] };
    const own = entries.filter((entry) => entry.source === source);
    return { source, ...person, rows: own.length, labelled: sum(own, 'labelled') };
  });
  const findings = [
    ...report.faults.map((found) => ({ level: 'fault' as const, found })),
    ...report.warnings.map((found) => ({ level: 'warning' as const, found })),
  ].map(({ level, found }) => ({ level, kind: found.kind, text: describeFault(found) }));
  return {
    splits,
    exploration: {
      folder,
      polygons,
      ...(report.pairs && { pairs: report.pairs }),
      seed,
      tileSize,
      usable: report.usable,
      totals: {
        rows: entries.length,
        files: sum(entries, 'files'),
        labelled: labelled.length,
        vesselPolygons: sum(entries, 'vesselPolygons'),
        glomerulusPolygons: sum(entries, 'glomerulusPolygons'),
        unsurePolygons: sum(entries, 'unsurePolygons'),
        duplicateTiles: report.summary?.duplicateTiles ?? 0,
        duplicatePolygons: report.summary?.duplicatePolygons ?? 0,
        faults: report.faults.length,
        warnings: report.warnings.length,
      },
      groups: countByGroup(entries),
      statistics: statisticsByGroup(measured),
      colours: colourBySlide(measured),
      splits: splits.map(({ overlap }) => overlap),
      donors,
      findings,
      tiles: measured,
    },
  };
}
