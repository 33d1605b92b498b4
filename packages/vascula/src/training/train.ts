import type { Runtime } from '@vascula/autograd';
import {
  copiesPerTile,
  epochBatches,
  InputError,
  initialParameters,
  learningRateAt,
  storedParameters,
  Trainer,
} from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import {
  type Checkpoint,
  type EpochRecord,
  type Run,
  type RunProgress,
  runFiles,
  saveProgress,
  writeCheckpoint,
  writeHistory,
} from '../run/index.js';
import { requireTrainable } from './require-tiles.js';
import { type TileSource, tileSource } from './tile-source.js';
import { validate } from './validate.js';

/** What a caller may watch. */
export interface TrainHooks {
  /** After each step: squares of the epoch done, out of how many, and the step's loss. */
  stepped?(state: { epoch: number; done: number; total: number; loss: number }): void;
  /** After each validation tile. */
  validated?(state: { epoch: number; done: number; total: number }): void;
  epochEnded?(record: EpochRecord): void;
  /** Aborted: finish the step, save, return. */
  readonly signal: AbortSignal;
}

export interface TrainOutcome {
  readonly progress: RunProgress;
  /** False where the signal stopped it; the run can be resumed. */
  readonly finished: boolean;
}

/**
 * Trains a run from where its folder says it stands to `config.recipe.epochs`, saving after each epoch
 * and when stopped. A resumed run equals one that was never stopped, bit for bit on CPU with the same
 * number of threads.
 */
export async function train(
  run: Run,
  dataset: Dataset,
  runtime: Runtime,
  hooks: TrainHooks,
  resumeFrom?: Checkpoint,
): Promise<TrainOutcome> {
  const { recipe, model: spec, data } = run.config;
  const files = runFiles(run.folder);
  requireTrainable(run, dataset);
  const stored = resumeFrom && storedParameters(resumeFrom.tensors, files.last);
  const source = tileSource(dataset);
  const trainer = await Trainer.create({
    runtime,
    spec,
    recipe,
    tileSize: data.tileSize,
    parameters: stored ?? initialParameters(recipe.seed),
    ...(stored && { slots: stored }),
  });
  if (resumeFrom) await writeHistory(run.folder, resumeFrom.progress);
  let progress = resumeFrom?.progress ?? { epochs: 0, step: 0, lossSum: 0, history: [] };
  const weights = async (): Promise<Checkpoint['tensors']> => {
    const tensors = await trainer.snapshot();
    // A ReLU can hide a weight that is no number from the loss: it must not replace one that is.
    for (const [name, { data }] of tensors)
      if (!(data as Float32Array).every(Number.isFinite))
        throw diverged(run, progress, `${name} holds a value that is no finite number`);
    return tensors;
  };

  while (progress.epochs < recipe.epochs) {
    const start = performance.now();
    const epoch = progress.epochs + 1;
    const trained = await trainEpoch(run, source, trainer, progress, hooks);
    progress = { ...progress, ...trained.progress };
    const result = hooks.signal.aborted
      ? undefined
      : await validate(trainer, source, run.split.validation, recipe.cutoff, {
          signal: hooks.signal,
          progress: (done) =>
            hooks.validated?.({ epoch, done, total: run.split.validation.length }),
        });
    if (result === undefined) {
      await saveProgress(run.folder, { tensors: await weights(), progress });
      return { progress, finished: false };
    }
    const losses = progress.history.map((record) => record.validationLoss);
    const record: EpochRecord = {
      epoch,
      steps: epoch * progress.step,
      trainLoss: progress.lossSum / progress.step,
      validationLoss: finite(result.loss, run, progress, 'the validation loss'),
      validationIou: result.iou,
      validationPooledIou: result.pooledIou,
      best: losses.every((loss) => result.loss < loss),
      seconds: (performance.now() - start) / 1000,
      waitedSeconds: trained.waited / 1000,
    };
    const tensors = await weights();
    progress = { epochs: epoch, step: 0, lossSum: 0, history: [...progress.history, record] };
    const checkpoint = { tensors, progress };
    // Before the last one: where a crash parts the two, the resumed epoch writes the same best again.
    if (record.best) await writeCheckpoint(files.best, checkpoint);
    await saveProgress(run.folder, checkpoint);
    hooks.epochEnded?.(record);
  }
  return { progress, finished: true };
}

/** The steps of an epoch that are still to do; stops early, after a whole step, when asked to. */
async function trainEpoch(
  run: Run,
  source: TileSource,
  trainer: Trainer,
  progress: RunProgress,
  hooks: TrainHooks,
): Promise<{ progress: Pick<RunProgress, 'step' | 'lossSum'>; waited: number }> {
  const { recipe, data } = run.config;
  const { epochs } = progress;
  const epoch = epochs + 1;
  const learningRate = learningRateAt(recipe, epoch);
  const copies = copiesPerTile(data.tileSize, recipe.crop);
  const batches = epochBatches(run.split.train, copies, epoch, recipe);
  const prepare = (index: number) => {
    const draws = batches[index];
    if (draws === undefined) return undefined;
    const batch = source.batch(draws, epoch, recipe);
    // A fault is met when the batch is waited for, not while the step before it runs.
    batch.catch(() => undefined);
    return batch;
  };
  let { step, lossSum } = progress;
  let waited = 0;
  let upcoming = prepare(step);
  while (upcoming !== undefined && !hooks.signal.aborted) {
    const asked = performance.now();
    const batch = await upcoming;
    waited += performance.now() - asked;
    upcoming = prepare(step + 1);
    const loss = await trainer.step(batch, epochs * batches.length + step + 1, learningRate);
    finite(loss, run, progress, `the loss of step ${step + 1}`);
    lossSum += loss;
    step++;
    hooks.stepped?.({
      epoch,
      done: step * recipe.batch,
      total: batches.length * recipe.batch,
      loss,
    });
  }
  return { progress: { step, lossSum }, waited };
}

/** A loss that is no number ends the run: every later weight would be no number either. */
function finite(loss: number, run: Run, progress: RunProgress, what: string): number {
  if (Number.isFinite(loss)) return loss;
  throw diverged(run, progress, `${what} of epoch ${progress.epochs + 1} is ${loss}`);
}

function diverged({ folder }: Run, { epochs }: RunProgress, what: string): InputError {
  return new InputError({
    path: folder,
    problem: `training diverged: ${what}`,
    hint:
      `${epochs > 0 ? 'The best weights so far are kept and can be used. ' : ''}` +
      'To mend it, train anew with a lower --learning-rate',
  });
}
