import { randomUUID } from 'node:crypto';
import { link, open, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from '@vascula/core';

export interface WriteOptions {
  /** False: an existing file is left as it is and the call is refused. Default true. */
  readonly overwrite?: boolean;
}

/**
 * Writes a file so that a reader, or a restart after a power cut, sees all of it or none of it:
 * temporary name in the same folder, fsync, rename, fsync of the folder.
 *
 * `data` is written as it is (a string as UTF-8). The folder must exist.
 *
 * Throws `InputError` where `overwrite` is false and `path` exists (decided by the file system, so two
 * processes cannot both succeed), and the system's own error (ENOSPC, EACCES, ENOENT …) otherwise; in
 * either case the temporary file is gone and an older file at `path` is untouched.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  { overwrite = true }: WriteOptions = {},
): Promise<void> {
  const folder = dirname(path);
  // Hidden, and not ending as the file does: a listing of `*.json` or `*.tif` never meets it.
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    if (overwrite) await rename(temporary, path);
    else await publishNew(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

/** `rename` replaces silently; a hard link to a taken name fails. */
async function publishNew(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
    await unlink(temporary);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      throw new InputError(
        { path, problem: 'exists already', hint: 'Choose another name, or remove it first.' },
        { cause: error },
      );
    }
    if (code === undefined || !NO_LINKS.has(code)) throw error;
    if (await stat(path).then(Boolean, () => false)) {
      throw new InputError({ path, problem: 'exists already' }, { cause: error });
    }
    await rename(temporary, path);
  }
}

/** exFAT and some network file systems have no hard links: look, then rename, is the best they allow. */
const NO_LINKS: ReadonlySet<string> = new Set(['ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'ENOSYS']);

/** Makes the rename itself last. Windows does not open folders, and needs no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
