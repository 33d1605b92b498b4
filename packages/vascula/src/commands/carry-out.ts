import type { Runtime } from '@vascula/autograd';
import { formatEvaluation } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import { evaluateRun, type RunEvaluation } from '../evaluation/index.js';
import { writeFileAtomic } from '../files/index.js';
import { type Checkpoint, type EpochRecord, jsonText, type Run, runFiles } from '../run/index.js';
import { exportModel, gibibytes, train } from '../training/index.js';
import { formatDuration } from './progress.js';
import type { Terminal } from './terminal.js';
import { trainingReporter } from './training-reporter.js';

export interface TrainResult {
  readonly run: string;
  readonly model: string;
  readonly seconds: number;
  /** Memory the process held at most, and what was expected before. */
  readonly peakBytes: number;
  readonly estimatedBytes: number;
  readonly history: readonly EpochRecord[];
  /** The best weights on the validation tiles, as in `metrics.json` without the single tiles. */
  readonly metrics: Omit<RunEvaluation, 'tiles'>;
}

/**
 * Trains a run to its end, evaluates and exports its best weights. Undefined where Ctrl-C stopped it
 * and it was saved.
 */
export async function carryOut(
  terminal: Terminal,
  runtime: Runtime,
  run: Run,
  dataset: Dataset,
  estimatedBytes: number,
  checkpoint?: Checkpoint,
): Promise<TrainResult | undefined> {
  describe(terminal, run, estimatedBytes);
  const reporter = trainingReporter(terminal, run);
  const start = performance.now();
  const outcome = await train(run, dataset, runtime, reporter, checkpoint).finally(() =>
    reporter.finish(),
  );
  if (!outcome.finished) return undefined;
  const evaluation = await evaluateRun(
    run,
    dataset,
    runtime,
    { split: 'val', cutoff: run.config.recipe.cutoff, seed: 0 },
    { signal: terminal.interrupted },
  ).catch((error: unknown) => {
    if (error === terminal.interrupted.reason) return undefined;
    throw error;
  });
  if (evaluation === undefined) return undefined;
  await writeFileAtomic(runFiles(run.folder).metrics, jsonText(evaluation));
  const { tiles: _, ...metrics } = evaluation;
  return {
    run: run.folder,
    model: await exportModel(run),
    seconds: (performance.now() - start) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    estimatedBytes,
    history: outcome.progress.history,
    metrics,
  };
}

/** The result as text: the IoU table, where things are, what it took. */
export function describeResult({ run, model, metrics, seconds, peakBytes }: TrainResult): string {
  return [
    `Validation tiles, best weights (epoch ${metrics.epoch}), cutoff ${metrics.cutoff}:`,
    formatEvaluation(metrics),
    `run      ${run}`,
    `model    ${model}`,
    `time     ${formatDuration(seconds)}, peak memory ${Math.round(peakBytes / 2 ** 20)} MiB`,
    '',
  ].join('\n');
}

function describe(terminal: Terminal, { config, split }: Run, estimatedBytes: number): void {
  const { model, recipe } = config;
  terminal.err(
    `${model.architecture} with base ${model.base}, depth ${model.depth}, kernel ${model.kernel}; ` +
      `${split.train.length} tiles to train on, ${split.validation.length} to validate on ` +
      `(split: ${config.split.by}${split.fold === undefined ? '' : `, fold ${split.fold.number} of ${split.fold.of}`}); batches of ${recipe.batch} x ${recipe.crop} x ${recipe.crop}` +
      `${recipe.microBatch < recipe.batch ? `, ${recipe.microBatch} at a time` : ''}; ` +
      `about ${gibibytes(estimatedBytes)} of memory\n`,
  );
  const { from } = config;
  if (from !== null)
    terminal.err(`Begins with the weights of ${from.run} (epoch ${from.epoch}).\n`);
  if (split.neighbours > 0)
    terminal.err(
      `Note: ${split.neighbours} of ${split.validation.length} validation tiles touch a training tile ` +
        `of their slide: the validation score is better than that of a new slide. ` +
        `--split slide keeps slides apart.\n`,
    );
}
