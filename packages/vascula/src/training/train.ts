import type { Runtime } from '@vascula/autograd';
import { learningRateAt, storedParameters, Trainer } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import {
  type Checkpoint,
  type EpochRecord,
  networkOf,
  type Run,
  type RunProgress,
  runFiles,
  saveProgress,
  writeCheckpoint,
  writeHistory,
} from '../run/index.js';
import { type BatchFeed, openBatchFeed } from './batch-feed.js';
import { diverged } from './divergence.js';
import { startingParameters } from './initial-weights.js';
import { requireTrainable } from './require-tiles.js';
import { tileCopies, tileSource } from './tile-source.js';
import { validate } from './validate.js';

/** What a caller may watch. */
export interface TrainHooks {
  /**
   * After each step: squares of the epoch done, out of how many, the step's loss, and the share (0 to 1)
   * of the epoch's time so far in which the step waited for data.
   */
  stepped?(state: {
    epoch: number;
    done: number;
    total: number;
    loss: number;
    waitedShare: number;
  }): void;
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
  requireTrainable(run, dataset);
  const feed = openRunFeed(run, dataset, resumeFrom?.progress);
  try {
    return await trainFrom(feed, run, dataset, runtime, hooks, resumeFrom);
  } finally {
    await feed.close();
  }
}

/** The batches of a run, from where it stands on. */
export function openRunFeed(
  { config: { recipe, data }, split }: Run,
  dataset: Dataset,
  from: Pick<RunProgress, 'epochs' | 'step'> = { epochs: 0, step: 0 },
): BatchFeed {
  return openBatchFeed({
    dataset,
    tileSize: data.tileSize,
    ids: split.train,
    copies: tileCopies(dataset, recipe.crop),
    recipe,
    from,
  });
}

async function trainFrom(
  feed: BatchFeed,
  run: Run,
  dataset: Dataset,
  runtime: Runtime,
  hooks: TrainHooks,
  resumeFrom?: Checkpoint,
): Promise<TrainOutcome> {
  const { recipe, data } = run.config;
  const spec = await networkOf(run);
  const files = runFiles(run.folder);
  const stored = resumeFrom && storedParameters(resumeFrom.tensors, files.last);
  const source = tileSource(dataset);
  const trainer = await Trainer.create({
    runtime,
    spec,
    recipe,
    tileSize: data.tileSize,
    parameters: stored ?? (await startingParameters(run, spec)),
    ...(stored && { slots: stored }),
  });
  if (resumeFrom) await writeHistory(run.folder, resumeFrom.progress);
  let progress = resumeFrom?.progress ?? { epochs: 0, step: 0, lossSum: 0, history: [] };
  let saved = resumeFrom?.progress;
  const weights = async (): Promise<Checkpoint['tensors']> => {
    const tensors = await trainer.snapshot();
    // A ReLU can hide a weight that is no number from the loss: it must not replace one that is.
    for (const [name, { data }] of tensors)
      if (!(data as Float32Array).every(Number.isFinite))
        throw diverged(
          run,
          saved,
          `after step ${progress.step} of epoch ${progress.epochs + 1}, ${name} holds a value that is no finite number`,
        );
    return tensors;
  };

  while (progress.epochs < recipe.epochs) {
    const start = performance.now();
    const epoch = progress.epochs + 1;
    const trained = await trainEpoch(run, feed, trainer, progress, hooks, saved);
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
    const tensors = await weights();
    if (!Number.isFinite(result.loss))
      throw diverged(run, saved, `the validation loss of epoch ${epoch} is ${result.loss}`);
    const losses = progress.history.map((record) => record.validationLoss);
    const record: EpochRecord = {
      epoch,
      steps: epoch * progress.step,
      trainLoss: progress.lossSum / progress.step,
      validationLoss: result.loss,
      validationIou: result.iou,
      validationPooledIou: result.pooledIou,
      best: recipe.keep === 'last' || losses.every((loss) => result.loss < loss),
      seconds: (performance.now() - start) / 1000,
      waitedSeconds: trained.waited / 1000,
    };
    progress = { epochs: epoch, step: 0, lossSum: 0, history: [...progress.history, record] };
    const checkpoint = { tensors, progress };
    // Before the last one: where a crash parts the two, the resumed epoch writes the same best again.
    if (record.best)
      await writeCheckpoint(files.best, { tensors: trainer.handedOut(tensors), progress });
    await saveProgress(run.folder, checkpoint);
    saved = progress;
    hooks.epochEnded?.(record);
  }
  return { progress, finished: true };
}

/** The steps of an epoch that are still to do; stops early, after a whole step, when asked to. */
async function trainEpoch(
  run: Run,
  feed: BatchFeed,
  trainer: Trainer,
  progress: RunProgress,
  hooks: TrainHooks,
  saved: RunProgress | undefined,
): Promise<{ progress: Pick<RunProgress, 'step' | 'lossSum'>; waited: number }> {
  const { recipe } = run.config;
  const { stepsPerEpoch } = feed;
  const { epochs } = progress;
  const start = performance.now();
  let { step, lossSum } = progress;
  let waited = 0;
  while (step < stepsPerEpoch && !hooks.signal.aborted) {
    const asked = performance.now();
    const batch = await feed.next();
    waited += performance.now() - asked;
    const number = epochs * stepsPerEpoch + step + 1;
    const learningRate = learningRateAt(recipe, { step: number, stepsPerEpoch });
    const loss = await trainer.step(batch, number, learningRate);
    if (!Number.isFinite(loss)) {
      const what = `the loss of step ${step + 1} of epoch ${epochs + 1} is ${loss}`;
      throw diverged(run, saved, what, await trainer.nonFinite(batch));
    }
    lossSum += loss;
    step++;
    hooks.stepped?.({
      epoch: epochs + 1,
      done: step * recipe.batch,
      total: stepsPerEpoch * recipe.batch,
      loss,
      waitedShare: waited / (performance.now() - start),
    });
  }
  return { progress: { step, lossSum }, waited };
}
