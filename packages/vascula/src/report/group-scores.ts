import {
  bootstrapInterval,
  type Column,
  type EvaluationRow,
  groupBy,
  groupLabel,
  meanOf,
  type Row,
  type Table,
} from '@vascula/core';
import type { RunEvaluation } from '../evaluation/index.js';
import { type Run, seenTiles } from '../run/index.js';
import type { RunResults, TileResult } from './results.js';

/** Mean IoU of some tiles, with the ends of its 95 % interval; null for what cannot be said. */
export interface IouEstimate {
  readonly tiles: number;
  readonly iou: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface GroupScore extends IouEstimate {
  readonly group: string;
  readonly dataset: string | number;
  readonly source: string | number;
  /** Tiles of the group that the run was trained on; null where several runs were. */
  readonly trainingTiles: number | null;
}

/** Validation tiles with their scores: of a run, or of several that each validated on some. */
export interface ScoredTiles extends Pick<RunResults, 'tiles' | 'thumbnails'> {
  readonly evaluation: Pick<RunEvaluation, 'overall' | 'groups' | 'assessment'> | undefined;
  /** Left out where they are of several. */
  readonly run?: Run;
}

/** IoU averaged over tiles, its interval by the bootstrap over tiles. */
export function iouEstimate(tiles: readonly Pick<TileResult, 'iou'>[], seed: number): IouEstimate {
  const values = tiles.map(({ iou }) => iou);
  const interval = bootstrapInterval(values, meanOf, { seed });
  return {
    tiles: values.length,
    iou: meanOf(values),
    low: interval?.low ?? null,
    high: interval?.high ?? null,
  };
}

/** The estimate for each (dataset, source) that has one of the tiles, in their natural order. */
export function groupScores(
  { run, dataset }: Pick<ScoredTiles, 'run'> & Pick<RunResults, 'dataset'>,
  tiles: readonly TileResult[],
  seed: number,
): GroupScore[] {
  const trained = new Map<string, number>();
  const inTraining = new Set(run && seenTiles(run.split));
  for (const tile of dataset.tiles) {
    const group = groupLabel(tile);
    if (inTraining.has(tile.id)) trained.set(group, (trained.get(group) ?? 0) + 1);
  }
  return groupBy(tiles, ['dataset', 'source']).map(({ key, rows }) => ({
    ...key,
    group: groupLabel(key),
    trainingTiles: run === undefined ? null : (trained.get(groupLabel(key)) ?? 0),
    ...iouEstimate(rows, seed),
  }));
}

/** A group's name where there is room for little: `DATASET/SLIDE`. */
export function shortName({ dataset, source }: Pick<GroupScore, 'dataset' | 'source'>): string {
  return `${dataset}/${source}`;
}

const metrics: readonly (Column & { readonly name: keyof EvaluationRow })[] = [
  { name: 'meanDice', label: 'Dice', kind: 'number' },
  { name: 'pooledIou', label: 'pooled IoU', kind: 'number' },
  { name: 'pooledDice', label: 'pooled Dice', kind: 'number' },
  { name: 'precision', label: 'precision', kind: 'number' },
  { name: 'recall', label: 'recall', kind: 'number' },
  { name: 'rowIou', label: 'row IoU', kind: 'number' },
];

const columns: readonly Column[] = [
  { name: 'dataset', label: 'dataset', kind: 'text' },
  { name: 'source', label: 'slide', kind: 'text' },
  { name: 'trainingTiles', label: 'training tiles', kind: 'integer' },
  { name: 'tiles', label: 'validation tiles', kind: 'integer' },
  { name: 'emptyImages', label: 'without vessel', kind: 'integer' },
  { name: 'iou', label: 'IoU', kind: 'number' },
  { name: 'low', label: 'IoU 95 % from', kind: 'number' },
  { name: 'high', label: 'IoU 95 % to', kind: 'number' },
  ...metrics,
];

export const scoreNotes =
  'IoU and Dice are means over tiles; a tile without vessel scores 1 where nothing was found there, else 0. ' +
  'Pooled values, precision and recall are of all pixels together. Row IoU is the source notebook’s ' +
  'definition, a mean over image rows: only to be compared with it.';

/** Scores of a run by (dataset, source), and of all tiles together in the last row. */
export function scoreTable(
  { run, evaluation }: Pick<ScoredTiles, 'run' | 'evaluation'>,
  groups: readonly GroupScore[],
  overall: IouEstimate,
): Table {
  const measured = (row: EvaluationRow | undefined): Row =>
    Object.fromEntries(
      ['emptyImages' as const, ...metrics.map(({ name }) => name)].map((name) => [
        name,
        (row?.[name] ?? null) as number | null,
      ]),
    );
  const rows: Row[] = groups.map((score) => ({
    ...score,
    ...measured(evaluation?.groups.find((group) => groupLabel(group) === score.group)),
  }));
  const all: Row = {
    dataset: 'all',
    source: '',
    trainingTiles: run ? seenTiles(run.split).length : null,
    ...overall,
    ...measured(evaluation?.overall),
  };
  const shown = columns.filter(({ name }) => run !== undefined || name !== 'trainingTiles');
  return { columns: shown, rows: [...rows, all] };
}
