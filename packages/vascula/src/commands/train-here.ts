import { resolve } from 'node:path';
import { InputError, sizeMultiple } from '@vascula/core';
import { type Dataset, findLabelFiles, openDataset } from '../dataset/index.js';
import {
  type Checkpoint,
  createRun,
  jsonText,
  lastCheckpoint,
  openRun,
  type Run,
  rewriteConfig,
} from '../run/index.js';
import { planRun, preset, requireTrainable } from '../training/index.js';
import { carryOut, describeResult } from './carry-out.js';
import { openRunDataset } from './run-dataset.js';
import type { Terminal } from './terminal.js';
import type { TrainFlags } from './train-flags.js';
import { version } from './version.js';

/** Starts or resumes a run on this machine, then evaluates and exports its best weights. */
export async function trainHere(
  terminal: Terminal,
  dir: string | undefined,
  flags: TrainFlags,
): Promise<void> {
  const { run, dataset, checkpoint } =
    flags.resume === undefined
      ? await start(terminal, dir as string, flags)
      : await resume(flags.resume, dir, flags);
  const result = await carryOut(terminal, run, dataset, flags.threads, checkpoint);
  if (result === undefined)
    terminal.err(`Saved. Go on with: vascula train --resume ${run.folder}\n`);
  else terminal.out(flags.json ? jsonText(result) : describeResult(result));
}

interface Prepared {
  readonly run: Run;
  readonly dataset: Dataset;
  readonly checkpoint?: Checkpoint | undefined;
}

async function start(terminal: Terminal, dir: string, flags: TrainFlags): Promise<Prepared> {
  const polygons = await findLabelFiles(dir, flags.polygons ?? ['polygons.jsonl']);
  const dataset = await openDataset(dir, { polygons });
  const run = plan(terminal, dataset, polygons, flags);
  await createRun(run);
  return { run, dataset };
}

async function resume(
  folder: string,
  dir: string | undefined,
  flags: TrainFlags,
): Promise<Prepared> {
  const { config, split } = await openRun(folder);
  const checkpoint = await lastCheckpoint(folder);
  const done = checkpoint?.progress.epochs ?? 0;
  const epochs = flags.epochs ?? config.recipe.epochs;
  if (epochs < done)
    throw new InputError({
      path: '--epochs',
      problem: `${epochs}, where the run has finished ${done} already`,
      expected: `${done} or more`,
    });
  const run: Run = {
    folder,
    config: {
      ...config,
      data: { ...config.data, folder: resolve(dir ?? config.data.folder) },
      recipe: { ...config.recipe, epochs },
    },
    split,
  };
  const hint = `Have they moved? Name the folder: vascula train --resume ${folder} DIR`;
  const dataset = await openRunDataset(run, { folder: dir }, hint);
  requireTrainable(run, dataset);
  await rewriteConfig(run);
  return { run, dataset, checkpoint };
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
      learningRateDecay: flags.learningRateDecay ?? recipe.learningRateDecay,
      negativeWeight: flags.negativeWeight ?? recipe.negativeWeight,
      cutoff: flags.cutoff ?? recipe.cutoff,
    },
  });
}
