import { type Column, type Figure, intervalsByGroup, type Row, type Table } from '@vascula/core';
import {
  crossedCutoffSentences,
  type FoldsEvaluation,
  foldNotes,
  foldScoreLabels,
  foldScoreNames,
} from '../evaluation/index.js';
import type { Block, Section } from '../pages/index.js';
import type { FoldsResults } from './folds-results.js';
import { type IouEstimate, iouEstimate } from './group-scores.js';
import { intervalNote } from './score-section.js';

/** The folds beside each other, with their mean and how they vary. */
export function foldsSection(
  { runs, evaluation }: FoldsResults,
  overall: IouEstimate,
  seed: number,
): Section {
  const figure = foldFigure(
    runs.map(({ name, tiles }) => ({ name, ...iouEstimate(tiles, seed) })),
    overall,
  );
  const blocks: Block[] = [
    {
      kind: 'table',
      name: 'folds',
      title: 'Scores fold by fold',
      caption: [...foldNotes, ...crossedNotes(evaluation)].join(' '),
      table: foldsTable(evaluation),
    },
    ...(figure === undefined ? [] : [{ kind: 'figure' as const, figure }]),
  ];
  return { id: 'folds', title: 'Folds', blocks };
}

function crossedNotes({ crossedCutoff }: FoldsEvaluation): string[] {
  return crossedCutoff === null ? [] : crossedCutoffSentences(crossedCutoff);
}

function foldFigure(
  folds: readonly (IouEstimate & { readonly name: string })[],
  overall: IouEstimate,
): Figure | undefined {
  return intervalsByGroup(
    {
      name: 'iou-by-fold',
      title: 'Mean IoU by fold',
      caption: `Dots are means over the tiles that a fold was validated on. ${intervalNote}`,
      group: 'fold (tiles)',
      value: { label: 'mean IoU (0 to 1)', domain: [0, 1] },
    },
    [...folds, { name: 'all', ...overall }].map(({ name, iou, low, high, tiles }) => ({
      group: `${name} (${tiles})`,
      value: iou,
      low,
      high,
    })),
  );
}

const columns: readonly Column[] = [
  { name: 'fold', label: 'fold', kind: 'text' },
  { name: 'epoch', label: 'epoch of the weights', kind: 'integer' },
  { name: 'trainingTiles', label: 'training tiles', kind: 'integer' },
  { name: 'images', label: 'validation tiles', kind: 'integer' },
  { name: 'slides', label: 'their slides', kind: 'integer' },
  ...foldScoreNames.map((name): Column => ({ name, label: foldScoreLabels[name], kind: 'number' })),
];

/** A row for each fold, then their mean and standard deviation. */
export function foldsTable({ folds, acrossFolds }: FoldsEvaluation): Table {
  const none = { epoch: null, trainingTiles: null, images: null, slides: null };
  const across = (fold: string, what: 'mean' | 'standardDeviation'): Row => ({
    fold,
    ...none,
    ...Object.fromEntries(foldScoreNames.map((name) => [name, acrossFolds[name][what]])),
  });
  return {
    columns,
    rows: [
      ...folds.map(
        ({ number, scores, epoch, trainingTiles, images, slides }): Row => ({
          fold: `${number}`,
          epoch,
          trainingTiles,
          images,
          slides,
          ...scores,
        }),
      ),
      across('mean', 'mean'),
      across('standard deviation', 'standardDeviation'),
    ],
  };
}
