import { InputError, sizeMultiple } from '@vascula/core';
import { type Dataset, openDataset } from '../dataset/index.js';
import { writeFileAtomic } from '../files/index.js';
import { createRun, jsonText, openRun, type Run, runFiles } from '../run/index.js';
import { lastCheckpoint, planRun, preset } from '../training/index.js';
import { carryOut, describeResult } from './carry-out.js';
import type { Terminal } from './terminal.js';
import type { TrainFlags } from './train-flags.js';
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
  if (resumed === undefined) await createRun(run);
  const result = await carryOut(terminal, run, dataset, flags.threads, resumed?.checkpoint);
  if (result === undefined)
    terminal.err(`Saved. Go on with: vascula train --resume ${run.folder}\n`);
  else terminal.out(flags.json ? jsonText(result) : describeResult(result));
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
