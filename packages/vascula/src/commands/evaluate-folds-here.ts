import { InputError } from '@vascula/core';
import {
  describeFolds,
  evaluateFolds,
  neighbourWarning,
  writeComparison,
} from '../evaluation/index.js';
import { claimEmptyFolder } from '../files/index.js';
import { foldFolder, openFolds } from '../folds/index.js';
import { jsonText } from '../run/index.js';
import { datasetOptions } from './data-flags.js';
import type { EvaluateFlags } from './evaluate.js';
import { imageNames } from './evaluate-here.js';
import { notePrediction } from './prediction-flags.js';
import { type Progress, startProgress } from './progress.js';
import { openRunDataset } from './run-dataset.js';
import type { Terminal } from './terminal.js';
import { withEngine } from './with-engine.js';

/** Evaluates all folds of a cross-validation on this machine, out of fold, and prints the tables. */
export async function evaluateFoldsHere(
  terminal: Terminal,
  folder: string,
  flags: EvaluateFlags,
): Promise<void> {
  const { split, pictures, seed, tta, window, overlap } = flags;
  if (split !== 'val')
    throw new InputError({
      path: '--split',
      problem: `${split} of ${folder}, which holds the folds of a cross-validation`,
      expected: 'val: each tile is scored by the fold that was not trained on it',
      hint:
        `For other tiles name one of its folds, as in ${foldFolder(folder, 1)}; ` +
        'the mean of all folds is scored on other data with --data DIR --split all',
    });
  if (flags.with !== undefined)
    throw new InputError({
      path: '--with',
      problem: `${flags.with.join(', ')}, where ${folder} holds the folds of a cross-validation`,
      expected: 'no other run: each tile is scored by the one fold that was not trained on it',
      hint: 'The mean of all runs is scored on other data with --data DIR --split all',
    });
  const folds = await openFolds(folder);
  const cutoff = flags.cutoff ?? folds.record.config.recipe.cutoff;
  const named = { folder: flags.data, ...datasetOptions(flags) };
  const dataset = await openRunDataset(
    folds.record,
    named,
    'Have they moved? Name the folder with --data',
  );
  if (pictures !== undefined) await claimEmptyFolder(pictures);
  let progress: Progress | undefined;
  const evaluation = await evaluateFolds(
    folds,
    dataset,
    (task) => withEngine(terminal, flags, task),
    { cutoff, seed, prediction: { tta, window, overlap } },
    {
      progress(done, total) {
        progress ??= startProgress(terminal, { label: 'Evaluating', unit: 'tiles', total });
        progress.update(done);
      },
      async predicted(labelled, probability) {
        if (pictures !== undefined) await writeComparison(pictures, labelled, probability, cutoff);
      },
      signal: terminal.interrupted,
    },
  ).finally(() => progress?.finish());
  const validation = folds.runs.flatMap((run) => run.split.validation);
  const neighbours = folds.runs.reduce((sum, run) => sum + run.split.neighbours, 0);
  const warning = neighbourWarning({ neighbours, validation });
  if (warning !== undefined) terminal.err(`Warning: ${warning}\n`);
  await notePrediction(terminal, evaluation.prediction);
  terminal.out(
    flags.json
      ? jsonText(evaluation)
      : `${folds.runs.length} folds, cutoff ${cutoff}:\n${describeFolds(evaluation)}` +
          (dataset.pairs ? imageNames(evaluation) : ''),
  );
}
