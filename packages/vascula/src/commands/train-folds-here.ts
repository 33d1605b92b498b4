import { InputError } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import { describeFolds, evaluateFolds, type FoldsEvaluation } from '../evaluation/index.js';
import { writeFileAtomic } from '../files/index.js';
import {
  createFolds,
  type Folds,
  foldFolder,
  foldsFiles,
  holdsFolds,
  openFolds,
  sharedConfig,
  writeFoldsRecord,
} from '../folds/index.js';
import type { Plan } from '../plan/index.js';
import {
  jsonText,
  lastCheckpoint,
  networkOf,
  type Run,
  readHistory,
  rewriteConfig,
} from '../run/index.js';
import {
  type InitialWeights,
  planFolds,
  type RunRequest,
  readInitialWeights,
  requireTrainable,
} from '../training/index.js';
import type { TrainResult } from './carry-out.js';
import { tellOfDuplicates } from './duplicates-here.js';
import { tellOfOtherData } from './other-data-note.js';
import type { IsGiven } from './plan-flags.js';
import { formatDuration, type Progress, startProgress } from './progress.js';
import { askedAnew, requireEpochs } from './resume-run.js';
import { openRunDataset } from './run-dataset.js';
import { requestOf } from './run-request.js';
import type { Terminal } from './terminal.js';
import type { TrainFlags } from './train-flags.js';
import { copiesOf, trainPrepared } from './train-here.js';
import { withEngine } from './with-engine.js';

/**
 * Trains the folds of a cross-validation that are not finished, one after the other, then evaluates all of
 * them together.
 */
export async function trainFoldsHere(
  terminal: Terminal,
  dir: string | undefined,
  flags: TrainFlags,
  isGiven: IsGiven,
): Promise<void> {
  const start = performance.now();
  const { dataset, ...begun } =
    flags.resume === undefined
      ? await startFolds(terminal, dir as string, flags, isGiven)
      : await resumeFolds(flags.resume, dir, flags);
  let { folds } = begun;
  const results: TrainResult[] = [];
  for (const [at, run] of folds.runs.entries()) {
    const number = at + 1;
    const { epochs } = folds.record.config.recipe;
    if (folds.record.finished.some((one) => one.number === number && one.epochs === epochs))
      continue;
    terminal.err(`\nFold ${number} of ${folds.runs.length}, ${run.folder}\n`);
    // A fresh cross-validation is made where the first fold is known to fit into memory.
    const made = at === 0 ? begun.made : undefined;
    const checkpoint = made ? undefined : await lastCheckpoint(run.folder);
    const network = made?.model ?? (await networkOf(run));
    const claim = async (claimed: Run) => {
      if (made === undefined) return rewriteConfig(claimed);
      folds = onDevice(folds, claimed.config.device);
      await createFolds(folds, copiesOf(made));
    };
    const result = await trainPrepared(
      terminal,
      { run, network, dataset, checkpoint },
      flags,
      claim,
    );
    if (result === undefined) return saved(terminal, folds.folder);
    results.push(result);
    folds = withFinished(folds, number);
    await writeFoldsRecord(folds.folder, folds.record);
  }
  const evaluation = await evaluateTogether(terminal, folds, dataset, flags);
  if (evaluation === undefined) return saved(terminal, folds.folder);
  await writeFileAtomic(foldsFiles(folds.folder).metrics, jsonText(evaluation));
  const { tiles: _, ...metrics } = evaluation;
  const seconds = (performance.now() - start) / 1000;
  terminal.out(
    flags.json
      ? jsonText({ folds: folds.folder, seconds, runs: results, metrics })
      : `${describeFolds(evaluation)}\nfolds    ${folds.folder}\ntime     ${formatDuration(seconds)}\n`,
  );
}

interface Begun {
  readonly folds: Folds;
  readonly dataset: Dataset;
  /** Of what it is to be made, where nothing of it is written yet. */
  readonly made?: Pick<RunRequest, 'model' | 'source'> & { readonly plan?: Plan | undefined };
}

async function startFolds(
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
async function resumeFolds(
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

function onDevice(folds: Folds, device: Folds['record']['config']['device']): Folds {
  const { record, runs } = folds;
  return {
    ...folds,
    record: { ...record, config: { ...record.config, device } },
    runs: runs.map((run) => ({ ...run, config: { ...run.config, device } })),
  };
}

function withFinished(folds: Folds, number: number): Folds {
  const { record } = folds;
  const { epochs } = record.config.recipe;
  const others = record.finished.filter((one) => one.number !== number);
  return { ...folds, record: { ...record, finished: [...others, { number, epochs }] } };
}

/** Undefined where Ctrl-C stopped it. */
async function evaluateTogether(
  terminal: Terminal,
  folds: Folds,
  dataset: Dataset,
  flags: TrainFlags,
): Promise<FoldsEvaluation | undefined> {
  const { device, recipe } = folds.record.config;
  const engine = { device: flags.device ?? device, threads: flags.threads };
  let progress: Progress | undefined;
  return evaluateFolds(
    folds,
    dataset,
    (task) => withEngine(terminal, engine, task),
    // The memory for it was asked for before the training, which validates the same tiles.
    {
      cutoff: recipe.cutoff,
      seed: 0,
      prediction: { available: Number.POSITIVE_INFINITY },
    },
    {
      progress(done, total) {
        progress ??= startProgress(terminal, { label: 'All folds', unit: 'tiles', total });
        progress.update(done);
      },
      signal: terminal.interrupted,
    },
  )
    .catch((error: unknown) => {
      if (error === terminal.interrupted.reason) return undefined;
      throw error;
    })
    .finally(() => progress?.finish());
}

function saved(terminal: Terminal, folder: string): void {
  terminal.err(`Saved. Go on with: vascula train --resume ${folder}\n`);
}
