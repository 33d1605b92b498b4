import { resolve } from 'node:path';
import { InputError } from '@vascula/core';
import { holdsFolds, openFolds } from '../folds/index.js';
import { openRun, type Run } from '../run/index.js';

/**
 * Opens the runs that folders name, in their order: a run is itself, a cross-validation all of its
 * folds. The runs of several are an ensemble.
 *
 * @throws InputError where a folder is neither, a fold is missing or no fold of the others', or a run is named twice.
 */
export async function openRuns(folders: readonly string[]): Promise<readonly [Run, ...Run[]]> {
  const runs: Run[] = [];
  for (const folder of folders) runs.push(...(await runsOf(folder)));
  const places = runs.map(({ folder }) => resolve(folder));
  const twice = places.findIndex((place, at) => places.indexOf(place) < at);
  if (twice >= 0)
    throw new InputError({
      path: runs[twice].folder,
      problem: 'is named twice',
      expected: 'each run once: it would count double',
    });
  const [first, ...others] = runs;
  return [first, ...others];
}

async function runsOf(folder: string): Promise<readonly Run[]> {
  return (await holdsFolds(folder)) ? (await openFolds(folder)).runs : [await openRun(folder)];
}
