import { resolve } from 'node:path';
import { fixesEpochs, InputError, type Recipe } from '@vascula/core';
import { lastCheckpoint, networkOf, openRun, type RunConfig } from '../run/index.js';
import { requireTrainable } from '../training/index.js';
import type { Prepared } from './prepared-run.js';
import { openRunDataset } from './run-dataset.js';
import type { TrainFlags } from './train-flags.js';

/** A run that is gone on with, as its folder and the flags say. */
export async function resume(
  folder: string,
  dir: string | undefined,
  flags: TrainFlags,
): Promise<Prepared> {
  const opened = await openRun(folder);
  const checkpoint = await lastCheckpoint(folder);
  const done = checkpoint?.progress.epochs ?? 0;
  const epochs = flags.epochs ?? opened.config.recipe.epochs;
  if (epochs < done)
    throw new InputError({
      path: '--epochs',
      problem: `${epochs}, where the run has finished ${done} already`,
      expected: `${done} or more`,
    });
  requireEpochs(opened.config.recipe, epochs, 'the run was');
  const run = { ...opened, config: askedAnew(opened.config, dir, epochs) };
  const hint = `Have they moved? Name the folder: vascula train --resume ${folder} DIR`;
  const network = await networkOf(run);
  const dataset = await openRunDataset(run, { folder: dir }, hint);
  requireTrainable(run, dataset);
  return { run, network, dataset, checkpoint };
}

/** Sees that a run, or all folds, can have as many epochs as are asked for. */
export function requireEpochs(recipe: Recipe, epochs: number, what: string): void {
  if (epochs === recipe.epochs || !fixesEpochs(recipe)) return;
  throw new InputError({
    path: '--epochs',
    problem: `${epochs}, where ${what} started for ${recipe.epochs}`,
    expected: `${recipe.epochs}, since its learning rate (schedule ${recipe.schedule}) falls to 0 at their end`,
    hint: 'Train anew for more or fewer, or with --schedule exponential or constant, which can be prolonged',
  });
}

/** A configuration with what a resumed run is asked to do anew. */
export function askedAnew<Config extends Pick<RunConfig, 'data' | 'recipe'>>(
  config: Config,
  dir: string | undefined,
  epochs: number,
): Config {
  return {
    ...config,
    data: { ...config.data, folder: resolve(dir ?? config.data.folder) },
    recipe: { ...config.recipe, epochs },
  };
}
