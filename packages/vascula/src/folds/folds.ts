import { isDeepStrictEqual } from 'node:util';
import { InputError } from '@vascula/core';
import { claimEmptyFolder, exists, faultOfPath } from '../files/index.js';
import { createRun, openRun, type Run, runFiles } from '../run/index.js';
import {
  type FoldsRecord,
  foldFolder,
  foldsFiles,
  readFoldsRecord,
  type SharedConfig,
  sharedConfig,
  writeFoldsRecord,
} from './folds-file.js';

/** A cross-validation on disk: a folder of runs that differ in the fold they validate on. */
export interface Folds {
  readonly folder: string;
  readonly record: FoldsRecord;
  /** `fold-1` to `fold-K`, in their order. */
  readonly runs: readonly Run[];
}

/** Whether a folder holds a cross-validation: it has a `folds.json`. */
export function holdsFolds(folder: string): Promise<boolean> {
  return exists(foldsFiles(folder).record);
}

/**
 * Opens a folder that `vascula train --folds` made. Its runs need not be finished, or even begun:
 * `trainedModel` of each says so.
 *
 * @throws InputError where it is no such folder, a fold's run is missing or damaged, or the runs are not
 *   folds of one cross-validation: trained otherwise, or two of them validate on one tile
 */
export async function openFolds(folder: string): Promise<Folds> {
  const absent = await faultOfPath(foldsFiles(folder).record, 'file');
  if (absent !== undefined)
    throw new InputError({
      ...absent,
      expected: 'the folder of a cross-validation, made by vascula train --folds',
    });
  const record = await readFoldsRecord(folder);
  const runs: Run[] = [];
  for (let number = 1; number <= record.folds; number++)
    runs.push(await openFold(folder, record, number));
  requireApart(runs);
  return { folder, record, runs };
}

/** Makes the folder and the runs of all folds in it; InputError where the folder holds anything. */
export async function createFolds({ folder, record, runs }: Folds): Promise<void> {
  await claimEmptyFolder(folder);
  for (const run of runs) await createRun(run);
  // Last, since a folder with a folds.json is a cross-validation.
  await writeFoldsRecord(folder, record);
}

async function openFold(folder: string, record: FoldsRecord, number: number): Promise<Run> {
  const place = foldFolder(folder, number);
  const absent = await faultOfPath(place, 'folder');
  if (absent !== undefined)
    throw new InputError({
      ...absent,
      expected: `the run of fold ${number} of the ${record.folds} that ${foldsFiles(folder).record} names`,
      hint: 'Bring it back, or train anew into another folder',
    });
  const run = await openRun(place);
  const { config, split } = run;
  for (const [path, { fold }] of [
    [runFiles(place).config, config.split],
    [runFiles(place).split, split],
  ] as const)
    if (fold?.number !== number || fold.of !== record.folds)
      throw new InputError({
        path,
        field: 'fold',
        problem: fold === undefined ? 'is missing' : `is ${fold.number} of ${fold.of}`,
        expected: `${number} of ${record.folds}, as ${foldsFiles(folder).record} has it`,
      });
  const field = differingField(comparable(sharedConfig(config)), comparable(record.config));
  if (field !== undefined)
    throw new InputError({
      path: runFiles(place).config,
      field,
      problem: `differs from ${foldsFiles(folder).record}`,
      expected: 'what all folds share, or their scores do not belong together',
    });
  return run;
}

/** Two folds with a tile in common would count it twice. */
function requireApart(runs: readonly Run[]): void {
  const validated = new Map<string, Run>();
  for (const run of runs)
    for (const id of run.split.validation) {
      const other = validated.get(id);
      if (other !== undefined)
        throw new InputError({
          path: runFiles(run.folder).split,
          field: 'validation',
          problem:
            other === run
              ? `names ${id} twice`
              : `has ${id}, which ${other.folder} validates on too`,
          expected: 'every tile in one fold',
        });
      validated.set(id, run);
    }
}

/** Without what a resumed fold may have changed before the others did. */
function comparable({ device: _, data, recipe, ...config }: SharedConfig): object {
  const { folder: __, ...others } = data;
  const { epochs: ___, ...settings } = recipe;
  return { ...config, data: others, recipe: settings };
}

/** The first field in which two objects differ, `recipe.batch`; undefined where they are equal. */
function differingField(a: object, b: object): string | undefined {
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [one, other] = [a, b].map((of) => (of as Record<string, unknown>)[name]);
    if (isDeepStrictEqual(one, other)) continue;
    const inner = isPlain(one) && isPlain(other) ? differingField(one, other) : undefined;
    return inner === undefined ? name : `${name}.${inner}`;
  }
  return undefined;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
