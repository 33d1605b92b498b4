import { resolve, sep } from 'node:path';
import { InputError } from '@vascula/core';

/**
 * What runs are called beside each other: the last names of their paths, as many as tell them apart.
 * Throws InputError where a folder is given twice.
 */
export function runNames(folders: readonly string[]): string[] {
  const paths = folders.map((folder) => resolve(folder).split(sep));
  const longest = Math.max(...paths.map((path) => path.length));
  for (let length = 1; length <= longest; length++) {
    const names = paths.map((path) => path.slice(-length).join('/'));
    if (new Set(names).size === names.length) return names;
  }
  const twice = folders.find(
    (_, at) => paths.findIndex((path) => `${path}` === `${paths[at]}`) < at,
  );
  throw new InputError({
    path: twice as string,
    problem: 'is given twice',
    expected: 'runs that differ',
  });
}
