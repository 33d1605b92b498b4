import { alignedLines, formatAssessment, formatEvaluation } from '@vascula/core';
import { crossedCutoffSentences } from './crossed-cutoff-words.js';
import { type FoldsEvaluation, foldScoreLabels, foldScoreNames } from './evaluate-folds.js';
import { neighbourSentences } from './neighbour-words.js';

/** What the rows of a table by fold are, and what they are not. */
export const foldNotes = [
  'Each fold is scored on the tiles it was not trained on.',
  'The mean and the standard deviation (over n − 1) are of the folds, each counting alike: no interval, since folds share training tiles.',
] as const;

/** A cross-validation as text: fold by fold, then all tiles as an evaluation of one run. */
export function describeFolds(evaluation: FoldsEvaluation): string {
  const { assessment, crossedCutoff, neighbours } = evaluation;
  return [
    ...foldLines(evaluation),
    '',
    ...foldNotes,
    '',
    `All ${evaluation.overall.images} tiles, each by the fold that was not trained on it:`,
    formatEvaluation(evaluation),
    '',
    formatAssessment(assessment),
    ...(crossedCutoff === null ? [] : ['', ...crossedCutoffSentences(crossedCutoff)]),
    ...(neighbours === null ? [] : ['', ...neighbourSentences(neighbours)]),
    '',
  ].join('\n');
}

function foldLines({ folds, acrossFolds }: FoldsEvaluation): string[] {
  const across = (what: 'mean' | 'standardDeviation') =>
    foldScoreNames.map((name) => shown(acrossFolds[name][what]));
  return alignedLines([
    [
      'fold',
      'epoch',
      'trained on',
      'tiles',
      ...foldScoreNames.map((name) => foldScoreLabels[name]),
    ],
    ...folds.map(({ number, epoch, trainingTiles, images, scores }) => [
      ...[number, epoch, trainingTiles, images].map(String),
      ...foldScoreNames.map((name) => shown(scores[name])),
    ]),
    ['mean', '', '', '', ...across('mean')],
    ['SD', '', '', '', ...across('standardDeviation')],
  ]);
}

function shown(value: number | null): string {
  return value === null ? '-' : value.toFixed(4);
}
