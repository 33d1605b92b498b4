import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@vascula/core';
import { claimEmptyFolder, faultOfPath, writeFileAtomic } from '../files/index.js';
import { type RunConfig, type RunSplit, runConfigSchema, splitSchema } from './config.js';
import { foldFolder, foldNumbers, holdsFolds } from './fold-folders.js';
import { copyInitialWeights } from './initial-weights.js';
import { jsonText, readJson } from './json-file.js';
import { runFiles } from './run-files.js';

/** A run on disk. The folder is the truth: nothing about a run is known that is not in it. */
export interface Run {
  readonly folder: string;
  readonly config: RunConfig;
  readonly split: RunSplit;
}

/** Files that a run keeps a copy of. */
export interface RunCopies {
  /** The ONNX file its network is made of. */
  readonly source?: Uint8Array | undefined;
  /** The text of its plan. */
  readonly plan?: string | undefined;
}

/**
 * Makes a run folder, with copies of what it has of these, and of the weights it begins with where they are
 * another run's; InputError where the folder holds anything.
 */
export async function createRun(run: Run, { source, plan }: RunCopies = {}): Promise<void> {
  await claimEmptyFolder(run.folder);
  await mkdir(join(run.folder, 'checkpoints'));
  const files = runFiles(run.folder);
  if (source !== undefined) await writeFileAtomic(files.source, source);
  if (run.config.from !== null) await copyInitialWeights(run.folder, run.config.from);
  await writeFileAtomic(files.split, jsonText(run.split));
  if (plan !== undefined) await writeFileAtomic(files.plan, plan);
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
  if (absent !== undefined && (await holdsFolds(folder))) {
    const [first = 1] = await foldNumbers(folder);
    throw new InputError({
      path: folder,
      problem: 'holds the folds of a cross-validation',
      expected: 'the folder of one run',
      hint: `Name one of its folds, as in ${foldFolder(folder, first)}`,
    });
  }
  if (absent !== undefined)
    throw new InputError({ ...absent, expected: 'the folder of a run, made by vascula train' });
  const config = await readJson(files.config, runConfigSchema);
  const split = await readJson(files.split, splitSchema);
  return { folder, config, split };
}
