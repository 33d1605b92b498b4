import { readFile } from 'node:fs/promises';
import { FormatError, readSafetensors, type Tensor, writeSafetensors } from '@vascula/autograd';
import { InputError } from '@vascula/core';
import { z } from 'zod';
import { systemFault, writeFileAtomic } from '../files/index.js';
import { type EpochRecord, epochRecordSchema } from './config.js';
import { parseJson } from './json-file.js';
import { runFiles } from './run-folder.js';

/** Where a run stands. */
export interface RunProgress {
  /** Epochs finished, validation included; `history` has a record for each. */
  readonly epochs: number;
  /** Steps taken in the epoch under way. */
  readonly step: number;
  /** Sum of their losses. */
  readonly lossSum: number;
  readonly history: readonly EpochRecord[];
}

const progressSchema = z.strictObject({
  epochs: z.number().int().min(0),
  step: z.number().int().min(0),
  lossSum: z.number(),
  history: z.array(epochRecordSchema),
});

const formatName = 'vascula checkpoint 1';

export interface Checkpoint {
  /** Parameters by name, and the optimiser's slots as `optimiser/NAME`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly progress: RunProgress;
}

export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const metadata = { format: formatName, progress: JSON.stringify(checkpoint.progress) };
  await writeFileAtomic(path, writeSafetensors(checkpoint.tensors, metadata));
}

/** Throws InputError where the file is missing, damaged, or not a checkpoint. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const fault = systemFault(error, path);
    throw fault === undefined ? error : new InputError(fault, { cause: error });
  }
  try {
    const { tensors, metadata } = readSafetensors(bytes);
    if (metadata.format !== formatName)
      throw new FormatError(`its format is ${metadata.format ?? 'not given'}, not ${formatName}`);
    const progress = parseJson(metadata.progress ?? '', progressSchema, { path });
    return { tensors, progress };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new InputError({ path, problem: `is no checkpoint: ${error.message}` }, { cause: error });
  }
}

/**
 * Saves where the run stands. The checkpoint holds the whole history, and `history.jsonl` is written
 * from it afterwards: whatever moment the power fails, the two agree after the next start.
 */
export async function saveProgress(folder: string, checkpoint: Checkpoint): Promise<void> {
  const files = runFiles(folder);
  await writeCheckpoint(files.last, checkpoint);
  const lines = checkpoint.progress.history.map((record) => `${JSON.stringify(record)}\n`);
  await writeFileAtomic(files.history, lines.join(''));
}
