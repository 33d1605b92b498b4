import { dirname } from 'node:path';
import { InputError } from '@vascula/core';
import { exists } from './exists.js';
import { faultOfPath } from './system-faults.js';

/**
 * Sees that a new file can be written at `path`, before the work whose result it is to hold; the write
 * itself (`writeFileAtomic` without overwriting) decides.
 *
 * @throws InputError where it exists, or the folder it is to lie in does not.
 */
export async function requireNewFile(path: string): Promise<void> {
  const absent = await faultOfPath(dirname(path), 'folder');
  if (absent !== undefined) throw new InputError({ ...absent, hint: 'Make the folder first' });
  if (await exists(path))
    throw new InputError({
      path,
      problem: 'exists already',
      hint: 'Choose another name, or remove it first.',
    });
}
