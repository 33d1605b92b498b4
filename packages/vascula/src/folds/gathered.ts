import { InputError } from '@vascula/core';
import { exists } from '../files/index.js';
import { foldFolder, foldNumbers, openRun, type Run, readHistory, runFiles } from '../run/index.js';
import { type FoldsRecord, sharedConfig } from './folds-file.js';

/**
 * What a folder of folds without a `folds.json` would have there, by the first of its runs; nothing is seen of
 * the others yet, nor of which are finished. `by` is that run's configuration file.
 *
 * @throws InputError where there is no fold, or the first of them is no run
 */
export async function gatheredRecord(
  folder: string,
): Promise<{ readonly record: FoldsRecord; readonly by: string }> {
  const numbers = await foldNumbers(folder);
  const [first] = numbers;
  if (first === undefined)
    throw new InputError({
      path: folder,
      problem: 'holds neither folds.json nor fold-1, fold-2 …',
      expected: 'the folder of a cross-validation, made by vascula train --folds',
    });
  const place = foldFolder(folder, first);
  const { config } = await openRun(place);
  const folds = Math.max(config.split.fold?.of ?? 0, ...numbers);
  return {
    record: { format: 'vascula folds 1', folds, config: sharedConfig(config), finished: [] },
    by: runFiles(place).config,
  };
}

/** Folds with all their epochs, metrics and an exported network. */
export async function finishedFolds(runs: readonly Run[]): Promise<FoldsRecord['finished']> {
  const finished: FoldsRecord['finished'] = [];
  for (const [at, { folder, config }] of runs.entries()) {
    const { metrics, model } = runFiles(folder);
    const { epochs } = config.recipe;
    const isTrained = (await readHistory(folder)).length === epochs;
    if (isTrained && (await exists(metrics)) && (await exists(model)))
      finished.push({ number: at + 1, epochs });
  }
  return finished;
}
