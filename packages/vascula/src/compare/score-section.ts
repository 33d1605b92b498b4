import {
  type Column,
  densityByGroup,
  type Figure,
  intervalsByGroup,
  type Row,
  scatterLabelled,
  type Table,
} from '@vascula/core';
import type { Block, Section } from '../pages/index.js';
import {
  type GroupScore,
  groupScores,
  type IouEstimate,
  intervalNote,
  iouEstimate,
  shortName,
  type TileResult,
} from '../report/index.js';
import { seenTiles } from '../run/index.js';
import type { Compared } from './compared.js';

/** A run on the tiles it is compared on. */
export interface RunScores {
  readonly results: Compared;
  readonly tiles: readonly TileResult[];
  readonly overall: IouEstimate;
  readonly groups: readonly GroupScore[];
}

export function runScores(
  results: Compared,
  tiles: readonly TileResult[],
  seed: number,
): RunScores {
  const overall = iouEstimate(tiles, seed);
  return { results, tiles, overall, groups: groupScores(results, tiles, seed) };
}

/**
 * IoU of several runs beside each other, on the tiles that all of them validated; undefined where there
 * are none. `own` are their scores on all their own validation tiles.
 */
export function scoreSection(
  shared: readonly RunScores[] | undefined,
  own: readonly RunScores[],
): Section {
  const blocks: Block[] = [];
  if (shared !== undefined)
    blocks.push({
      kind: 'table',
      name: 'iou',
      title: 'Mean IoU by dataset and slide',
      caption: 'On the tiles that all runs validated; each run at its own cutoff.',
      table: besideTable(shared),
    });
  const which =
    shared === undefined
      ? 'each run’s own validation tiles, which differ'
      : 'the tiles that all runs validated';
  for (const figure of figures(shared ?? own, which))
    if (figure !== undefined) blocks.push({ kind: 'figure', figure });
  blocks.push({
    kind: 'table',
    name: 'iou-of-each-run',
    title: 'Each run on all its own validation tiles',
    caption: `Runs whose splits differ are scored on different tiles here. ${intervalNote}`,
    table: ownTable(own),
  });
  return { id: 'scores', title: 'Scores', blocks };
}

const iouAxis = { label: 'IoU of a tile (0 to 1)', domain: [0, 1] } as const;
const meanAxis = { label: 'mean IoU (0 to 1)', domain: [0, 1] } as const;

function figures(compared: readonly RunScores[], which: string): (Figure | undefined)[] {
  const values = compared.flatMap(({ results: { name: series }, tiles }) =>
    tiles.map(({ iou: value, group }) => ({ value, group, series })),
  );
  const reference = { value: 0.5, label: '0.5' };
  return [
    intervalsByGroup(
      {
        name: 'iou-by-group',
        title: 'Mean IoU by dataset and slide',
        caption: `Dots are means over ${which}. ${intervalNote}`,
        group: 'dataset and slide',
        value: meanAxis,
      },
      compared.flatMap(({ results: { name: series }, groups, overall }) =>
        [...groups, { group: 'all', ...overall }].map(({ group, iou, low, high }) => ({
          group,
          value: iou,
          low,
          high,
          series,
        })),
      ),
    ),
    densityByGroup(
      {
        name: 'iou-density',
        title: 'How IoU is spread',
        caption: `Density of the IoU of single tiles, on ${which}, with a line at 0.5.`,
        value: iouAxis,
        reference,
      },
      values.map(({ value, series }) => ({ value, series })),
    ),
    densityByGroup(
      {
        name: 'iou-density-by-group',
        title: 'How IoU is spread in each dataset and slide',
        caption: `The same by dataset and slide, on ${which}, with a line at 0.5.`,
        value: iouAxis,
        reference,
      },
      values,
    ),
    scatterLabelled(
      {
        name: 'iou-by-training-tiles',
        title: 'IoU against the number of training tiles',
        caption: `A point for each dataset/slide, named beside it, and run; on ${which}.`,
        x: { label: 'training tiles of the same dataset and slide' },
        y: meanAxis,
      },
      compared.flatMap(({ results: { name: series }, groups }) =>
        groups.map((score) => ({
          label: shortName(score),
          x: score.trainingTiles,
          y: score.iou,
          series,
        })),
      ),
    ),
  ];
}

/** A column for each run. */
function besideTable(compared: readonly RunScores[]): Table {
  const key = ({ results }: RunScores) => `IoU ${results.name}`;
  const runs = compared.map(
    (scores): Column => ({ name: key(scores), label: scores.results.name, kind: 'number' }),
  );
  const groups = new Map<string, Record<string, string | number | null>>();
  for (const scores of compared)
    for (const { group, dataset, source, tiles, iou } of scores.groups)
      groups.set(group, { dataset, source, tiles, ...groups.get(group), [key(scores)]: iou });
  const all: Row = Object.fromEntries([
    ['dataset', 'all'],
    ['source', ''],
    ['tiles', Math.max(...compared.map(({ overall }) => overall.tiles))],
    ...compared.map((scores) => [key(scores), scores.overall.iou]),
  ]);
  return {
    columns: [
      { name: 'dataset', label: 'dataset', kind: 'text' },
      { name: 'source', label: 'slide', kind: 'text' },
      { name: 'tiles', label: 'tiles', kind: 'integer' },
      ...runs,
    ],
    rows: [...groups.values(), all],
  };
}

function ownTable(own: readonly RunScores[]): Table {
  const rows = own.flatMap(({ results: { name, run }, groups, overall }): Row[] => [
    ...groups.map((score) => ({ run: name, ...score })),
    {
      run: name,
      dataset: 'all',
      source: '',
      trainingTiles: run ? seenTiles(run.split).length : null,
      ...overall,
    },
  ]);
  return {
    columns: [
      { name: 'run', label: 'run', kind: 'text' },
      { name: 'dataset', label: 'dataset', kind: 'text' },
      { name: 'source', label: 'slide', kind: 'text' },
      // Several runs at once have no number of training tiles.
      ...(own.some(({ results }) => results.run !== undefined)
        ? [{ name: 'trainingTiles', label: 'training tiles', kind: 'integer' as const }]
        : []),
      { name: 'tiles', label: 'validation tiles', kind: 'integer' },
      { name: 'iou', label: 'IoU', kind: 'number' },
      { name: 'low', label: 'IoU 95 % from', kind: 'number' },
      { name: 'high', label: 'IoU 95 % to', kind: 'number' },
    ],
    rows,
  };
}
