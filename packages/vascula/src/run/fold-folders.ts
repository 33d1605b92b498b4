import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../files/index.js';
import { runFiles } from './run-files.js';

/** The folder of a fold's run; folds count from 1. */
export function foldFolder(folder: string, number: number): string {
  return join(folder, `fold-${number}`);
}

/** Numbers of the folds that have a folder, in their order; none where there is no such folder. */
export async function foldNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .flatMap((name) => /^fold-([1-9]\d{0,3})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Whether a folder holds a cross-validation: it has a `folds.json`, or is no run but has runs of folds in it. */
export async function holdsFolds(folder: string): Promise<boolean> {
  const files = runFiles(folder);
  if (await exists(files.folds)) return true;
  return !(await exists(files.config)) && (await foldNumbers(folder)).length > 0;
}
