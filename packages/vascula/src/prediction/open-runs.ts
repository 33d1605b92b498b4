import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InputError } from '@vascula/core';
import { exists } from '../files/index.js';
import { openRun, type Run, runFiles } from '../run/index.js';

/**
 * Opens the runs that folders name, in their order: a run is itself, a folder of `fold-1` to `fold-K` all of
 * them. The runs of several are an ensemble.
 *
 * @throws InputError where a folder is neither, a fold is missing, or a run is named twice.
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
  if (await exists(runFiles(folder).config)) return [await openRun(folder)];
  const numbers = await foldNumbers(folder);
  // Says what is missing of a run.
  if (numbers.length === 0) return [await openRun(folder)];
  const fold = (number: number) => join(folder, `fold-${number}`);
  const { split } = await openRun(fold(numbers[0]));
  const count = Math.max(split.fold?.of ?? 0, ...numbers);
  const missing = Array.from({ length: count }, (_, k) => k + 1).find(
    (number) => !numbers.includes(number),
  );
  if (missing !== undefined)
    throw new InputError({
      path: fold(missing),
      problem: 'is missing',
      expected: `the runs of all ${count} folds`,
      hint: 'Train it, or name the runs that are to be averaged: the first one, and the others with --with',
    });
  const runs: Run[] = [];
  for (const number of numbers) runs.push(await openRun(fold(number)));
  return runs;
}

/** In their order; none where there is no such folder. */
async function foldNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .flatMap((name) => /^fold-([1-9]\d{0,3})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}
