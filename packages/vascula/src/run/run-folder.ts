import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@vascula/core';
import { claimEmptyFolder, exists, faultOfPath, writeFileAtomic } from '../files/index.js';
import { type RunConfig, type RunSplit, runConfigSchema, splitSchema } from './config.js';
import { jsonText, readJson } from './json-file.js';

/** A run on disk. The folder is the truth: nothing about a run is known that is not in it. */
export interface Run {
  readonly folder: string;
  readonly config: RunConfig;
  readonly split: RunSplit;
}

/** The files of a run. */
export function runFiles(folder: string) {
  return {
    config: join(folder, 'config.json'),
    split: join(folder, 'split.json'),
    history: join(folder, 'history.jsonl'),
    /** State after the last finished step: weights, optimiser, place in the epoch. */
    last: join(folder, 'checkpoints', 'last.safetensors'),
    /** Weights of the epoch with the lowest validation loss. */
    best: join(folder, 'checkpoints', 'best.safetensors'),
    /** The best weights, ready to run anywhere: batch norm folded, probability out. */
    model: join(folder, 'model.onnx'),
    /** The best weights evaluated on the validation tiles. */
    metrics: join(folder, 'metrics.json'),
    /** How instances are made of the best weights' probability maps, where that was chosen. */
    postprocessing: join(folder, 'postprocessing.json'),
    /** In a folder that holds the runs of a cross-validation instead of one run. */
    folds: join(folder, 'folds.json'),
  };
}

/** Makes a run folder; InputError where the folder holds anything. */
export async function createRun(run: Run): Promise<void> {
  await claimEmptyFolder(run.folder);
  await mkdir(join(run.folder, 'checkpoints'));
  const files = runFiles(run.folder);
  await writeFileAtomic(files.split, jsonText(run.split));
  // Last, since a folder with a config.json is a run.
  await writeFileAtomic(files.config, jsonText(run.config));
}

/** Replaces what a resumed run was asked to do anew: more epochs, data that moved. */
export async function rewriteConfig({ folder, config }: Run): Promise<void> {
  await writeFileAtomic(runFiles(folder).config, jsonText(config));
}

/** Opens a run folder; InputError where a file is missing, or not what a run holds. */
export async function openRun(folder: string): Promise<Run> {
  const files = runFiles(folder);
  const absent = await faultOfPath(files.config, 'file');
  if (absent !== undefined && (await exists(files.folds)))
    throw new InputError({
      path: folder,
      problem: 'holds the folds of a cross-validation',
      expected: 'the folder of one run',
      hint: `Name one of its folds, as in ${join(folder, 'fold-1')}`,
    });
  if (absent !== undefined)
    throw new InputError({ ...absent, expected: 'the folder of a run, made by vascula train' });
  const config = await readJson(files.config, runConfigSchema);
  const split = await readJson(files.split, splitSchema);
  return { folder, config, split };
}
