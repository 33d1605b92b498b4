import { stat } from 'node:fs/promises';
import type { Fault } from '@vascula/core';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is missing',
  EACCES: 'may not be opened: permission denied',
  EPERM: 'may not be opened: operation not permitted',
  EISDIR: 'is a folder where a file is expected',
  ENOTDIR: 'leads through a file where a folder is expected',
  EEXIST: 'exists already',
  ENOTEMPTY: 'is a folder that is not empty',
  ENOSPC: 'cannot be written: no space left on the device',
  EDQUOT: 'cannot be written: the disk quota is used up',
  EROFS: 'cannot be written: the file system is read-only',
  EMFILE: 'cannot be opened: too many open files',
  ENFILE: 'cannot be opened: too many open files',
  ENAMETOOLONG: 'is too long a name',
  ELOOP: 'is a symbolic link that leads to itself',
  EIO: 'cannot be read: input/output error of the device',
};

/** The fault behind an error of the operating system on a path, or undefined for any other error. */
export function systemFault(error: unknown, path?: string): Fault | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path: errorPath } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : REASONS[code];
  const place = path ?? errorPath;
  return reason === undefined || place === undefined ? undefined : { path: place, problem: reason };
}

/**
 * Why `path` cannot be read as a regular file or as a folder, or undefined where it can be tried.
 * Asked before opening: opening a named pipe would wait for ever.
 */
export async function faultOfPath(
  path: string,
  expected: 'file' | 'folder',
): Promise<Fault | undefined> {
  try {
    const found = await stat(path);
    if (expected === 'file' ? found.isFile() : found.isDirectory()) return undefined;
    const kind = found.isFile()
      ? 'a file'
      : found.isDirectory()
        ? 'a folder'
        : 'neither file nor folder';
    return { path, problem: `is ${kind}`, expected: `a ${expected}` };
  } catch (error) {
    const fault = systemFault(error, path);
    if (fault === undefined) throw error;
    return fault;
  }
}
