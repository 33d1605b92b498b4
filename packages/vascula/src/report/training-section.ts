import { type Column, type Figure, lineCurves, type Row } from '@vascula/core';
import type { Block, Section } from '../pages/index.js';
import type { EpochRecord, Run } from '../run/index.js';
import { lossUnit, lossWords } from './recipe-words.js';
import type { RunResults } from './results.js';

const epochColumns: readonly Column[] = [
  { name: 'epoch', label: 'epoch', kind: 'integer' },
  { name: 'trainLoss', label: 'training loss', kind: 'number', digits: 4 },
  { name: 'validationLoss', label: 'validation loss', kind: 'number', digits: 4 },
  { name: 'validationIou', label: 'validation IoU', kind: 'number', digits: 4 },
  { name: 'validationPooledIou', label: 'pooled', kind: 'number', digits: 4 },
  { name: 'kept', label: 'weights', kind: 'text' },
  { name: 'seconds', label: 'time', unit: 's', kind: 'number', digits: 1 },
  { name: 'waitedSeconds', label: 'of it waiting for tiles', unit: 's', kind: 'number', digits: 2 },
];

/** Loss and IoU by epoch. */
export function trainingSection({ run, history, evaluation }: RunResults): Section {
  const blocks: Block[] = [
    lossFigure(run, history, evaluation?.epoch),
    iouFigure(history, evaluation?.epoch),
  ].flatMap((figure) => (figure === undefined ? [] : [{ kind: 'figure', figure }]));
  blocks.push({
    kind: 'table',
    name: 'epochs',
    title: 'Epochs',
    caption:
      `Loss: ${lossWords(run.config.recipe)}; only losses of one kind and weight compare. ` +
      `IoU at cutoff ${run.config.recipe.cutoff}. ${run.config.recipe.keep === 'last' ? 'Kept are the weights of the last epoch.' : 'Weights are kept where the validation loss was the lowest so far.'}`,
    table: { columns: epochColumns, rows: history.map(epochRow) },
  });
  return { id: 'training', title: 'Training', blocks };
}

function epochRow({ steps: _, best, ...record }: EpochRecord): Row {
  return { ...record, kept: best ? 'kept' : '' };
}

function lossFigure(
  { config }: Run,
  history: readonly EpochRecord[],
  kept: number | undefined,
): Figure | undefined {
  return lineCurves(
    {
      name: 'loss',
      title: 'Loss by epoch',
      caption:
        'Mean loss of the training squares as they were met, and of all validation tiles after the epoch. ' +
        'Validation rising while training falls is overfitting.' +
        (config.recipe.deepSupervision
          ? ' In training it is that of all levels of the decoder, in validation of the full resolution.'
          : ''),
      x: { label: 'epoch' },
      y: { label: 'loss', ...lossUnit(config.recipe) },
      marks: history
        .filter(({ epoch }) => epoch === kept)
        .map(({ epoch: x, validationLoss: y }) => ({ x, y, series: 'validation', label: 'kept' })),
    },
    history.flatMap(({ epoch: x, trainLoss, validationLoss }) => [
      { x, y: trainLoss, series: 'training' },
      { x, y: validationLoss, series: 'validation' },
    ]),
  );
}

function iouFigure(history: readonly EpochRecord[], kept: number | undefined): Figure | undefined {
  const mean = 'mean over tiles';
  return lineCurves(
    {
      name: 'iou-by-epoch',
      title: 'Validation IoU by epoch',
      caption:
        'Intersection over union on the validation tiles after each epoch: the mean over tiles, and of all ' +
        'pixels together.',
      x: { label: 'epoch' },
      y: { label: 'IoU (0 to 1)', domain: [0, 1] },
      marks: history
        .filter(({ epoch }) => epoch === kept)
        .map(({ epoch: x, validationIou: y }) => ({ x, y, series: mean, label: 'kept' })),
    },
    history.flatMap(({ epoch: x, validationIou, validationPooledIou }) => [
      { x, y: validationIou, series: mean },
      { x, y: validationPooledIou, series: 'pixels pooled' },
    ]),
  );
}
