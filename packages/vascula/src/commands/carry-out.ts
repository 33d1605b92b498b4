import { basename } from 'node:path';
import type { Runtime } from '@vascula/autograd';
import { formatEvaluation } from '@vascula/core';
import { exportRun } from '../artefact/index.js';
import type { Dataset } from '../dataset/index.js';
import { evaluateRun, type RunEvaluation } from '../evaluation/index.js';
import { writeFileAtomic } from '../files/index.js';
import {
  type Checkpoint,
  type EpochRecord,
  jsonText,
  type Run,
  type RunConfig,
  runFiles,
} from '../run/index.js';
import { gibibytes, train } from '../training/index.js';
import { formatDuration } from './progress.js';
import { startStages } from './stages.js';
import type { Terminal } from './terminal.js';
import { trainingReporter } from './training-reporter.js';
import { version } from './version.js';
import { withEngine } from './with-engine.js';

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
  const unlessStopped = (error: unknown) => {
    if (error === terminal.interrupted.reason) return undefined;
    throw error;
  };
  const evaluation = await evaluateRun(
    run,
    dataset,
    runtime,
    // The memory for it was asked for before the training, which validates the same tiles.
    {
      split: 'val',
      cutoff: run.config.recipe.cutoff,
      seed: 0,
      prediction: { available: Number.POSITIVE_INFINITY },
    },
    { signal: terminal.interrupted },
  ).catch(unlessStopped);
  if (evaluation === undefined) return undefined;
  await writeFileAtomic(runFiles(run.folder).metrics, jsonText(evaluation));
  const model = await writeModel(terminal, runtime, run, dataset).catch(unlessStopped);
  if (model === undefined) return undefined;
  const { tiles: _, ...metrics } = evaluation;
  return {
    run: run.folder,
    model,
    seconds: (performance.now() - start) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    estimatedBytes,
    history: outcome.progress.history,
    metrics,
  };
}

/** Writes the run's `model.onnx`, no pixel of the data in it; gives its path. */
async function writeModel(
  terminal: Terminal,
  runtime: Runtime,
  run: Run,
  dataset: Dataset,
): Promise<string> {
  const path = runFiles(run.folder).model;
  const options = { version, input: 'float', testTile: 'synthetic' } as const;
  const stages = startStages(terminal);
  const hooks = {
    progress: (done: number, total: number) => stages.update('Digesting', 'tiles', done, total),
    signal: terminal.interrupted,
  };
  const write = (processor: Runtime) => exportRun(run, dataset, processor, options, hooks);
  const { bytes, notes } = await (run.config.device === 'cpu'
    ? write(runtime)
    : withEngine(terminal, {}, write)
  ).finally(() => stages.finish());
  for (const note of notes) terminal.err(`Note: ${note}.\n`);
  await writeFileAtomic(path, bytes);
  return path;
}

/** The result as text: the IoU table, where things are, what it took. */
export function describeResult({ run, model, metrics, seconds, peakBytes }: TrainResult): string {
  return [
    `Validation tiles, weights kept (epoch ${metrics.epoch}), cutoff ${metrics.cutoff}:`,
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
    `${networkName(model)}; ` +
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

function networkName(model: RunConfig['model']): string {
  if (model.architecture === 'onnx')
    return `${basename(model.file)}${model.freeze.length > 0 ? `, frozen: ${model.freeze.join(', ')}` : ''}`;
  const { architecture, base, depth, kernel, localContrast } = model;
  const contrast = localContrast === undefined ? '' : `, local contrast ${localContrast}`;
  return `${architecture} with base ${base}, depth ${depth}, kernel ${kernel}${contrast}`;
}
