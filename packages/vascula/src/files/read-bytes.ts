import { readFile } from 'node:fs/promises';
import { InputError } from '@vascula/core';
import { systemFault } from './system-faults.js';

/** A whole file. Throws InputError where the system cannot give it. */
export async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const fault = systemFault(error, path);
    throw fault === undefined ? error : new InputError(fault, { cause: error });
  }
}
