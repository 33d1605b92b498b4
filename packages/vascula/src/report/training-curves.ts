import { type Figure, lineCurves } from '@vascula/core';
import type { Block, Section } from '../pages/index.js';
import { lossUnit, lossWords } from './recipe-words.js';
import type { RunResults } from './results.js';

/** What curves are drawn of: a run, and the epoch whose weights were kept. */
export interface TrainedRun extends Pick<RunResults, 'name' | 'run' | 'history'> {
  readonly evaluation: { readonly epoch: number } | undefined;
}

/** Curves of all runs in the same frame. */
export function trainingCurves(runs: readonly TrainedRun[]): Section {
  const losses = new Set(runs.map(({ run }) => lossWords(run.config.recipe)));
  const loss: Figure | undefined = lineCurves(
    {
      name: 'validation-loss',
      title: 'Validation loss by epoch',
      caption:
        'Mean loss over each run’s validation tiles after the epoch; the marked epoch’s weights were kept.' +
        (losses.size > 1
          ? ' The runs have different losses, so the heights of their curves do not compare.'
          : ''),
      x: { label: 'epoch' },
      y: {
        label: 'validation loss',
        ...(runs.every(({ run }) => lossUnit(run.config.recipe).unit) && { unit: 'nats' }),
      },
      marks: marks(runs, 'validationLoss'),
    },
    points(runs, 'validationLoss'),
  );
  const iou: Figure | undefined = lineCurves(
    {
      name: 'validation-iou',
      title: 'Validation IoU by epoch',
      caption: 'Mean IoU over each run’s validation tiles after the epoch, at its own cutoff.',
      x: { label: 'epoch' },
      y: { label: 'mean IoU (0 to 1)', domain: [0, 1] },
      marks: marks(runs, 'validationIou'),
    },
    points(runs, 'validationIou'),
  );
  const blocks = [loss, iou].flatMap((figure): Block[] =>
    figure === undefined ? [] : [{ kind: 'figure', figure }],
  );
  return { id: 'training', title: 'Training', blocks };
}

type Curve = 'validationLoss' | 'validationIou';

function points(runs: readonly TrainedRun[], curve: Curve) {
  return runs.flatMap(({ name: series, history }) =>
    history.map((record) => ({ x: record.epoch, y: record[curve], series })),
  );
}

function marks(runs: readonly TrainedRun[], curve: Curve) {
  return runs.flatMap(({ name: series, history, evaluation }) =>
    history
      .filter(({ epoch }) => epoch === evaluation?.epoch)
      .map((record) => ({ x: record.epoch, y: record[curve], series, label: 'kept' })),
  );
}
