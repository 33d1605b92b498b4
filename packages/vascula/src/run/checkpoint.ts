import { FormatError, readSafetensors, type Tensor, writeSafetensors } from '@vascula/autograd';
import { InputError } from '@vascula/core';
import { z } from 'zod';
import { exists, readBytes, writeFileAtomic } from '../files/index.js';
import { type EpochRecord, epochRecordSchema } from './config.js';
import { parseJson } from './json-file.js';
import { runFiles } from './run-files.js';

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

const progressSchema = z
  .strictObject({
    epochs: z.number().int().min(0),
    step: z.number().int().min(0),
    lossSum: z.number(),
    history: z.array(epochRecordSchema),
  })
  .refine(({ epochs, history }) => history.length === epochs, {
    path: ['history'],
    message: 'a record for each finished epoch',
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
  const bytes = await readBytes(path);
  try {
    const { tensors, metadata } = readSafetensors(bytes);
    if (metadata.format !== formatName)
      throw new FormatError(`its format is ${metadata.format ?? 'not given'}, not ${formatName}`);
    const progress = parseJson(metadata.progress ?? '', progressSchema, { path });
    return { tensors, progress };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new InputError(
      {
        path,
        problem: `is no checkpoint: ${error.message}`,
        hint: 'It is damaged, or another file: bring back a copy, or train anew',
      },
      { cause: error },
    );
  }
}

/**
 * Saves where the run stands. The checkpoint holds the whole history, and `history.jsonl` is written
 * from it afterwards: whatever moment the power fails, the two agree after the next start.
 */
export async function saveProgress(folder: string, checkpoint: Checkpoint): Promise<void> {
  await writeCheckpoint(runFiles(folder).last, checkpoint);
  await writeHistory(folder, checkpoint.progress);
}

/** Writes `history.jsonl`; at the start of a resumed run, to mend what a crash left behind. */
export async function writeHistory(
  folder: string,
  { history }: Pick<RunProgress, 'history'>,
): Promise<void> {
  const lines = history.map((record) => `${JSON.stringify(record)}\n`);
  await writeFileAtomic(runFiles(folder).history, lines.join(''));
}

/**
 * The checkpoint a run is resumed from; undefined where it ended before it first saved, and so starts
 * from the beginning. Throws InputError where it is damaged, or lost after epochs were finished.
 */
export async function lastCheckpoint(folder: string): Promise<Checkpoint | undefined> {
  const { last, history } = runFiles(folder);
  if (await exists(last)) return readCheckpoint(last);
  if (!(await exists(history))) return undefined;
  throw new InputError({
    path: last,
    problem: `is missing, though ${history} is there`,
    hint: 'Bring it back, or train anew into another folder',
  });
}
