import { InputError } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import {
  type Folds,
  foldFolder,
  holdsFolds,
  openFolds,
  sharedConfig,
  writeFoldsRecord,
} from '../folds/index.js';
import type { Plan } from '../plan/index.js';
import { type Run, readHistory } from '../run/index.js';
import {
  type InitialWeights,
  planFolds,
  type RunRequest,
  readInitialWeights,
  requireTrainable,
} from '../training/index.js';
import { tellOfDuplicates } from './duplicates-here.js';
import { tellOfOtherData } from './other-data-note.js';
import type { IsGiven } from './plan-flags.js';
import { askedAnew, requireEpochs } from './resume-run.js';
import { openRunDataset } from './run-dataset.js';
import { requestOf } from './run-request.js';
import type { Terminal } from './terminal.js';
import type { TrainFlags } from './train-flags.js';

/** A cross-validation to be trained, new or gone on with. */
export interface Begun {
  readonly folds: Folds;
  readonly dataset: Dataset;
  /** Of what it is to be made, where nothing of it is written yet. */
  readonly made?: Pick<RunRequest, 'model' | 'source'> & { readonly plan?: Plan | undefined };
}

export async function startFolds(
  terminal: Terminal,
  dir: string,
  flags: TrainFlags,
  isGiven: IsGiven,
): Promise<Begun> {
  const { dataset, request, found, plan } = await requestOf(terminal, dir, flags, isGiven);
  const { folder } = request;
  const sources = await sourcesOf(flags.folds as number, flags.from);
  const places = sources.map((from, at) => ({ folder: foldFolder(folder, at + 1), from }));
  const runs = planFolds(dataset, request, places);
  tellOfDuplicates(terminal, runs, found);
  tellOfOtherData(terminal, sources[0], runs[0] as Run);
  const record = {
    format: 'vascula folds 1' as const,
    folds: runs.length,
    config: sharedConfig((runs[0] as Run).config),
    finished: [],
  };
  return { folds: { folder, record, runs }, dataset, made: { ...request, plan } };
}

/** The weights that each of k folds begins with: of the same fold of another cross-validation, or of one run. */
async function sourcesOf(
  count: number,
  from: string | undefined,
): Promise<(InitialWeights | undefined)[]> {
  if (from === undefined) return Array.from({ length: count }, () => undefined);
  if (!(await holdsFolds(from))) {
    const source = await readInitialWeights(from);
    return Array.from({ length: count }, () => source);
  }
  const { runs } = await openFolds(from);
  if (runs.length !== count)
    throw new InputError({
      path: '--from',
      problem: `${from} has ${runs.length} folds`,
      expected: `${count}, as --folds says: each fold goes on from its own`,
    });
  const sources: InitialWeights[] = [];
  for (const run of runs) sources.push(await readInitialWeights(run.folder));
  return sources;
}

/** Opens a cross-validation with what it is asked to do anew, and sees that all its folds can go on. */
export async function resumeFolds(
  folder: string,
  dir: string | undefined,
  flags: TrainFlags,
): Promise<Begun> {
  const opened = await openFolds(folder);
  const epochs = flags.epochs ?? opened.record.config.recipe.epochs;
  for (const run of opened.runs) {
    const done = (await readHistory(run.folder)).length;
    if (epochs < done)
      throw new InputError({
        path: '--epochs',
        problem: `${epochs}, where ${run.folder} has finished ${done} already`,
        expected: `${done} or more: all folds are trained alike`,
      });
  }
  requireEpochs(opened.record.config.recipe, epochs, 'its folds were');
  const config = askedAnew(opened.record.config, dir, epochs);
  const folds: Folds = {
    folder,
    record: { ...opened.record, config },
    runs: opened.runs.map((run) => ({
      ...run,
      config: askedAnew(run.config, config.data.folder, epochs),
    })),
  };
  const hint = `Have they moved? Name the folder: vascula train --resume ${folder} DIR`;
  const dataset = await openRunDataset(folds.record, { folder: dir }, hint);
  for (const run of folds.runs) requireTrainable(run, dataset);
  await writeFoldsRecord(folder, folds.record);
  return { folds, dataset };
}
