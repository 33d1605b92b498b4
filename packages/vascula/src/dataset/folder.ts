import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { faultOfPath, systemFault } from '../files/index.js';
import type { FindingSink } from './findings.js';

/** Tile files of a folder: path by id, in the ids' order. */
export type TileFiles = ReadonlyMap<string, string>;

const ENDING = '.tif';

/** Names in a folder in a fixed order, or undefined (reported) where it cannot be listed. */
export async function listFolder(
  path: string,
  sink: FindingSink,
): Promise<readonly string[] | undefined> {
  const absent = await faultOfPath(path, 'folder');
  if (absent !== undefined) {
    sink.fault('missing', absent);
    return undefined;
  }
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    const fault = systemFault(error, path);
    if (fault === undefined) throw error;
    sink.fault('missing', fault);
    return undefined;
  }
}

/**
 * The `ID.tif` files of a folder. Any other name is a warning: a tile in another format would
 * otherwise be passed over in silence. Undefined (reported) where the folder cannot be listed or
 * holds no tile.
 */
export async function listTileFiles(
  path: string,
  sink: FindingSink,
): Promise<TileFiles | undefined> {
  const names = await listFolder(path, sink);
  if (names === undefined) return undefined;
  const files = new Map<string, string>();
  for (const name of names) {
    const file = join(path, name);
    if (name.endsWith(ENDING)) files.set(name.slice(0, -ENDING.length), file);
    else sink.warning('other-file', { path: file, problem: 'is not read', expected: 'ID.tif' });
  }
  if (files.size > 0) return files;
  sink.fault('missing', { path, problem: 'holds no tile', expected: 'files named ID.tif' });
  return undefined;
}
