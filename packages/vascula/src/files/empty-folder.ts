import { mkdir, readdir } from 'node:fs/promises';
import { InputError } from '@vascula/core';
import { systemFault } from './system-faults.js';

/**
 * Makes the folder, or sees that it is empty.
 *
 * @throws InputError where it is not a folder, cannot be made, or holds anything.
 */
export async function claimEmptyFolder(directory: string): Promise<void> {
  const entries = await mkdir(directory, { recursive: true })
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
