import { isAbsolute, join, relative, resolve } from 'node:path';
import { exists } from '../files/index.js';

/**
 * The label files that names mean: in the dataset's folder, or, where there is none of that name, from the
 * working directory, as a shell completes them. Given as a run stores them: relative to the folder where
 * they lie in it, else absolute.
 */
export async function findLabelFiles(
  folder: string,
  names: readonly string[],
): Promise<readonly string[]> {
  return Promise.all(
    names.map(async (name) => {
      if (isAbsolute(name) || (await exists(join(folder, name))) || !(await exists(name)))
        return name;
      const inside = relative(folder, name);
      return inside.startsWith('..') ? resolve(name) : inside;
    }),
  );
}
