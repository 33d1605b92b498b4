import { createNodeRuntime } from '@vascula/autograd/node';
import { formatEvaluation, InputError, sizeMultiple } from '@vascula/core';
import { type Dataset, openDataset } from '../dataset/index.js';
import { evaluateRun } from '../evaluation/index.js';
import { writeFileAtomic } from '../files/index.js';
import { createRun, jsonText, openRun, type Run, runFiles } from '../run/index.js';
import { exportModel, lastCheckpoint, planRun, preset, train } from '../training/index.js';
import { formatDuration } from './progress.js';
import type { Terminal } from './terminal.js';
import type { TrainFlags } from './train-flags.js';
import { trainingReporter } from './training-reporter.js';
import { version } from './version.js';

/** Starts or resumes a run on this machine, then evaluates and exports its best weights. */
export async function trainHere(
  terminal: Terminal,
  dir: string | undefined,
  flags: TrainFlags,
): Promise<void> {
  const resumed = flags.resume === undefined ? undefined : await resume(flags.resume, flags);
  const { folder, polygons } = resumed?.run.config.data ?? {
    folder: '',
    polygons: [...(flags.polygons ?? ['polygons.jsonl'])],
  };
  const dataset = await openDataset(dir ?? folder, { polygons });
  const run = resumed?.run ?? plan(terminal, dataset, polygons, flags);
  describe(terminal, run);
  if (resumed === undefined) await createRun(run);

  const runtime = createNodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  try {
    const reporter = trainingReporter(terminal, run);
    const start = performance.now();
    const outcome = await train(run, dataset, runtime, reporter, resumed?.checkpoint).finally(() =>
      reporter.finish(),
    );
    if (!outcome.finished) {
      terminal.err(`Saved. Go on with: vascula train --resume ${run.folder}\n`);
      return;
    }
    const { cutoff } = run.config.recipe;
    const evaluation = await evaluateRun(
      run,
      dataset,
      runtime,
      { split: 'val', cutoff },
      { signal: terminal.interrupted },
    );
    const files = runFiles(run.folder);
    await writeFileAtomic(files.metrics, jsonText(evaluation));
    const model = await exportModel(run);
    const seconds = (performance.now() - start) / 1000;
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    if (flags.json) {
      const { tiles: _, ...metrics } = evaluation;
      const { history } = outcome.progress;
      terminal.out(jsonText({ run: run.folder, model, seconds, peakBytes, history, metrics }));
      return;
    }
    terminal.out(
      [
        `Validation tiles, best weights (epoch ${evaluation.epoch}), cutoff ${cutoff}:`,
        formatEvaluation(evaluation),
        `run      ${run.folder}`,
        `model    ${model}`,
        `time     ${formatDuration(seconds)}, peak memory ${Math.round(peakBytes / 2 ** 20)} MiB`,
        '',
      ].join('\n'),
    );
  } finally {
    await runtime.close();
  }
}

async function resume(folder: string, { epochs }: TrainFlags) {
  const run = await openRun(folder);
  const checkpoint = await lastCheckpoint(run);
  const done = checkpoint.progress.epochs;
  const wanted = epochs ?? run.config.recipe.epochs;
  if (wanted < done)
    throw new InputError({
      path: '--epochs',
      problem: `${wanted}, where the run has finished ${done} already`,
      expected: `${done} or more`,
    });
  const recipe = { ...run.config.recipe, epochs: wanted };
  const config = { ...run.config, recipe };
  if (wanted !== run.config.recipe.epochs)
    await writeFileAtomic(runFiles(folder).config, jsonText(config));
  return { run: { ...run, config }, checkpoint };
}

function plan(
  terminal: Terminal,
  dataset: Dataset,
  polygons: readonly string[],
  flags: TrainFlags,
): Run {
  const { model, recipe } = preset(flags.preset, flags.model);
  const spec = {
    ...model,
    base: flags.base ?? model.base,
    depth: flags.depth ?? model.depth,
    kernel: flags.kernel ?? model.kernel,
  };
  const { width, height } = dataset.tileSize;
  const multiple = sizeMultiple(spec);
  const largest = Math.floor(Math.min(width, height) / multiple) * multiple;
  const crop = flags.crop ?? Math.max(multiple, Math.min(recipe.crop, largest));
  if (flags.crop === undefined && crop !== recipe.crop)
    terminal.err(
      `Tiles are ${width} x ${height}: squares of ${crop} pixels, not ${recipe.crop}.\n`,
    );
  return planRun(dataset, {
    folder: flags.output as string,
    version,
    preset: flags.preset,
    polygons,
    split: { by: flags.split, seed: flags.seed, trainFraction: flags.trainFraction },
    model: spec,
    recipe: {
      seed: flags.seed,
      epochs: flags.epochs ?? recipe.epochs,
      batch: flags.batch ?? recipe.batch,
      crop,
      learningRate: flags.learningRate ?? recipe.learningRate,
      negativeWeight: flags.negativeWeight ?? recipe.negativeWeight,
      cutoff: flags.cutoff ?? recipe.cutoff,
    },
  });
}

function describe(terminal: Terminal, { config, split }: Run): void {
  const { model, recipe } = config;
  terminal.err(
    `${model.architecture} with base ${model.base}, depth ${model.depth}, kernel ${model.kernel}; ` +
      `${split.train.length} tiles to train on, ${split.validation.length} to validate on ` +
      `(split: ${config.split.by}); batches of ${recipe.batch} x ${recipe.crop} x ${recipe.crop}\n`,
  );
  if (split.neighbours > 0)
    terminal.err(
      `Note: ${split.neighbours} of ${split.validation.length} validation tiles touch a training tile ` +
        `of their slide: the validation score is better than that of a new slide. ` +
        `--split slide keeps slides apart.\n`,
    );
}
