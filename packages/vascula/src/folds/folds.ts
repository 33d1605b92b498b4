import { isDeepStrictEqual } from 'node:util';
import { InputError } from '@vascula/core';
import { claimEmptyFolder, exists, faultOfPath } from '../files/index.js';
import {
  createRun,
  foldFolder,
  openRun,
  type Run,
  type RunCopies,
  runFiles,
} from '../run/index.js';
import {
  type FoldsRecord,
  foldsFiles,
  readFoldsRecord,
  type SharedConfig,
  sharedConfig,
  writeFoldsRecord,
} from './folds-file.js';
import { finishedFolds, gatheredRecord } from './gathered.js';

/** A cross-validation on disk: a folder of runs that differ in the fold they validate on. */
export interface Folds {
  readonly folder: string;
  readonly record: FoldsRecord;
  /** `fold-1` to `fold-K`, in their order. */
  readonly runs: readonly Run[];
}

/** Where it is written what the folds share: in `folds.json`, or where there is none in that of the first of them. */
interface Told {
  readonly record: FoldsRecord;
  readonly by: string;
  /** No folds.json: each was trained by itself. */
  readonly isGathered: boolean;
}

/**
 * Opens a folder that `vascula train --folds` made, or one of the runs of all folds trained one by one. Its runs need not be finished, or even begun:
 * `trainedModel` of each says so.
 *
 * @throws InputError where it is no such folder, a fold's run is missing or damaged, or the runs are not
 *   folds of one cross-validation: trained otherwise, or two of them validate on one tile
 */
export async function openFolds(folder: string): Promise<Folds> {
  const told = await whatFoldsShare(folder);
  const { record, isGathered } = told;
  const runs: Run[] = [];
  for (let number = 1; number <= record.folds; number++)
    runs.push(await openFold(folder, told, number));
  requireApart(runs);
  if (!isGathered) return { folder, record, runs };
  return { folder, record: { ...record, finished: await finishedFolds(runs) }, runs };
}

async function whatFoldsShare(folder: string): Promise<Told> {
  const by = foldsFiles(folder).record;
  if (await exists(by)) return { record: await readFoldsRecord(folder), by, isGathered: false };
  return { ...(await gatheredRecord(folder)), isGathered: true };
}

/**
 * Makes the folder and the runs of all folds in it, each as `createRun` with these copies; InputError where the folder
 * holds anything.
 */
export async function createFolds(
  { folder, record, runs }: Folds,
  copies?: RunCopies,
): Promise<void> {
  await claimEmptyFolder(folder);
  for (const run of runs) await createRun(run, copies);
  // Last, since a folder with a folds.json is a cross-validation.
  await writeFoldsRecord(folder, record);
}

async function openFold(
  folder: string,
  { record, by, isGathered }: Told,
  number: number,
): Promise<Run> {
  const place = foldFolder(folder, number);
  const absent = await faultOfPath(place, 'folder');
  if (absent !== undefined)
    throw new InputError({
      ...absent,
      ...(isGathered
        ? {
            expected: `the runs of all ${record.folds} folds`,
            hint: `Train it as the others were, with --fold ${number}/${record.folds}`,
          }
        : {
            expected: `the run of fold ${number} of the ${record.folds} that ${by} names`,
            hint: 'Bring it back, or train anew into another folder',
          }),
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
        expected: `${number} of ${record.folds}, as ${isGathered ? 'the folders are named' : `${by} has it`}`,
      });
  // Folds of one command are prolonged one after the other.
  const compared = isGathered ? elsewhere : comparable;
  const field = differingField(compared(sharedConfig(config)), compared(record.config));
  if (field !== undefined)
    throw new InputError({
      path: runFiles(place).config,
      field,
      problem: `differs from ${by}`,
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

/** Without what differs from machine to machine. */
function elsewhere({ device: _, data, model, ...config }: SharedConfig) {
  const { folder: __, ...others } = data;
  // A network's file is what its digest says.
  return { ...config, data: others, model: { ...model, file: null } };
}

/** Without what a resumed fold may have changed before the others did. */
function comparable(config: SharedConfig): object {
  const { recipe, ...others } = elsewhere(config);
  const { epochs: _, ...settings } = recipe;
  return { ...others, recipe: settings };
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
