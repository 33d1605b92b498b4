import { alignedLines } from '../tables/aligned-lines.js';
import type { Evaluation, EvaluationRow } from './evaluation.js';

const columns: readonly [title: string, metric: keyof EvaluationRow][] = [
  ['IoU', 'meanIou'],
  ['Dice', 'meanDice'],
  ['pooled IoU', 'pooledIou'],
  ['pooled Dice', 'pooledDice'],
  ['precision', 'precision'],
  ['recall', 'recall'],
  ['row IoU', 'rowIou'],
];

const notes = [
  'IoU and Dice are means over images; an image empty in truth and prediction counts 1.',
  'Pooled IoU and Dice, precision and recall are of all pixels together.',
  "Row IoU is the source notebook's definition, a mean over image rows: only to compare with it.",
];

/** The evaluation as lines of an aligned table, with what its columns mean; no final line break. */
export function formatEvaluation({ overall, groups }: Evaluation): string {
  const rows = [
    ['dataset', 'source', 'images', 'empty', ...columns.map(([title]) => title)],
    ...groups.map((group) => [String(group.dataset), String(group.source), ...cells(group)]),
    ['all', '', ...cells(overall)],
  ];
  return [...alignedLines(rows), '', ...notes].join('\n');
}

function cells(row: EvaluationRow): string[] {
  const metrics = columns.map(([, metric]) => {
    const value = row[metric];
    return typeof value === 'number' ? value.toFixed(4) : '-';
  });
  return [String(row.images), String(row.emptyImages), ...metrics];
}
