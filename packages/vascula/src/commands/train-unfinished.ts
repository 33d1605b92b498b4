import { availableParallelism } from 'node:os';
import { createFolds, type Folds, writeFoldsRecord } from '../folds/index.js';
import { lastCheckpoint, networkOf, type Run, rewriteConfig } from '../run/index.js';
import type { Begun } from './begin-folds.js';
import type { TrainResult } from './carry-out.js';
import { sideBySide } from './side-by-side.js';
import type { Terminal } from './terminal.js';
import type { TrainFlags } from './train-flags.js';
import { copiesOf, deviceFor, trainPrepared } from './train-prepared.js';

/**
 * Trains the folds that are not finished, `atOnce` of them at a time. The folder of new ones is made when they are known to
 * fit into memory; `folds.json` says after each which are finished.
 *
 * @returns the folds as they are then; no results where Ctrl-C stopped it and all were saved
 */
export async function trainUnfinished(
  terminal: Terminal,
  { folds, dataset, made }: Begun,
  flags: TrainFlags,
): Promise<{ readonly folds: Folds; readonly results?: readonly TrainResult[] | undefined }> {
  const unfinished = unfinishedRuns(folds);
  const [first] = unfinished;
  if (first === undefined) return { folds, results: [] };
  const count = Math.min(flags.atOnce, unfinished.length);
  const network = made?.model ?? (await networkOf(first));
  const device = await deviceFor(terminal, { run: first, network, dataset }, flags, count);
  let current = folds;
  if (made !== undefined) {
    current = onDevice(folds, device);
    await createFolds(current, copiesOf(made));
  }
  const each = {
    ...flags,
    // Folds that are gone on with have devices of their own.
    device: made === undefined ? flags.device : device,
    threads: count === 1 ? flags.threads : share(flags.threads ?? availableParallelism(), count),
    // Beside others it cannot be told what is theirs: all were asked for together.
    memoryCheck: flags.memoryCheck && count === 1,
  };
  let written = Promise.resolve();
  const results = await sideBySide(
    terminal,
    unfinishedRuns(current),
    { count, label: (run) => `fold ${numberOf(run)}` },
    async (own, run) => {
      own.err(`\nFold ${numberOf(run)} of ${folds.runs.length}, ${run.folder}\n`);
      const checkpoint = await lastCheckpoint(run.folder);
      const prepared = { run, network: await networkOf(run), dataset, checkpoint };
      const result = await trainPrepared(own, prepared, each, rewriteConfig);
      if (result === undefined) return undefined;
      current = withFinished(current, numberOf(run));
      // One after the other, so that the last to be written is the last to have been finished.
      written = written
        .catch(() => undefined)
        .then(() => writeFoldsRecord(current.folder, current.record));
      await written;
      return result;
    },
  );
  return { folds: current, results };
}

function unfinishedRuns({ record, runs }: Folds): Run[] {
  const { epochs } = record.config.recipe;
  const isFinished = (run: Run) =>
    record.finished.some((one) => one.number === numberOf(run) && one.epochs === epochs);
  return runs.filter((run) => !isFinished(run));
}

/** Which of the folds a run is, from 1. */
function numberOf({ config }: Run): number {
  return config.split.fold?.number as number;
}

function share(threads: number, count: number): number {
  return Math.max(1, Math.floor(threads / count));
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
