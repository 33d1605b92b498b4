import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError } from '@vascula/core';
import { systemFault } from './system-faults.js';

/**
 * Makes the folder, or sees that it is empty.
 *
 * @throws InputError where it is not a folder, cannot be made, or holds anything.
 */
export async function claimEmptyFolder(directory: string): Promise<void> {
  const entries = await makeFolder(directory)
    .then(() => readdir(directory))
    .catch((error: unknown) => {
      const fault = systemFault(error, directory);
      throw fault === undefined ? error : new InputError(fault, { cause: error });
    });
  if (entries.length > 0)
    throw new InputError({
      path: directory,
      problem: `is not empty: it holds ${entries[0]}${entries.length > 1 ? ` and ${entries.length - 1} more` : ''}`,
      expected: 'a new or empty folder',
      hint: 'Name another folder, or empty this one first.',
    });
}

/**
 * Makes a folder and those above it. Node's own recursive mkdir never returns where the system answers
 * "no such folder" for a new one in a folder that is there, as it does under /proc.
 */
async function makeFolder(directory: string): Promise<void> {
  const make = () =>
    mkdir(directory).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST' || !(await stat(directory)).isDirectory()) throw error;
    });
  try {
    await make();
  } catch (error) {
    const above = dirname(directory);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === directory) throw error;
    await makeFolder(above);
    await make();
  }
}
