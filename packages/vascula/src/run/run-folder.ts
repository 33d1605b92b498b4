import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@vascula/core';
import { claimEmptyFolder, faultOfPath, writeFileAtomic } from '../files/index.js';
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
    /** What a planned run was planned as: each choice with its reason. */
    plan: join(folder, 'plan.json'),
    history: join(folder, 'history.jsonl'),
    /** The file a network from elsewhere was made of; runs of other networks have none. */
    source: join(folder, 'source.onnx'),
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
  };
}

/**
 * Makes a run folder, with a copy of the ONNX file its network is made of and the text of its plan, where it has
 * one; InputError where the folder holds anything.
 */
export async function createRun(
  run: Run,
  {
    source,
    plan,
  }: { readonly source?: Uint8Array | undefined; readonly plan?: string | undefined } = {},
): Promise<void> {
  await claimEmptyFolder(run.folder);
  await mkdir(join(run.folder, 'checkpoints'));
  const files = runFiles(run.folder);
  if (source !== undefined) await writeFileAtomic(files.source, source);
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
  if (absent !== undefined)
    throw new InputError({ ...absent, expected: 'the folder of a run, made by vascula train' });
  const config = await readJson(files.config, runConfigSchema);
  const split = await readJson(files.split, splitSchema);
  return { folder, config, split };
}
