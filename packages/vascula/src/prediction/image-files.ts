import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, parse } from 'node:path';
import { InputError } from '@vascula/core';
import { systemFault } from '../files/index.js';
import { imageEndings } from './read-image.js';

/** An image by the name its results go by: the file's name without its ending. */
export interface ImageFile {
  readonly name: string;
  readonly path: string;
}

/**
 * The images that files and folders name, a folder's by name. Throws InputError for a path that is not
 * there, an ending that is no image's, a folder without images, and two images of one name.
 */
export async function imageFiles(paths: readonly string[]): Promise<readonly ImageFile[]> {
  const found = new Map<string, ImageFile>();
  for (const path of (await Promise.all(paths.map(expand))).flat()) {
    const { name } = parse(path);
    const other = found.get(name);
    if (other !== undefined && other.path !== path)
      throw new InputError({
        path,
        problem: `has the same name as ${other.path}`,
        expected: 'one image of a name, since results are named after it',
      });
    found.set(name, { name, path });
  }
  return [...found.values()];
}

async function expand(path: string): Promise<readonly string[]> {
  try {
    if ((await stat(path)).isDirectory()) {
      const names = (await readdir(path)).filter(isImage).sort(byName);
      if (names.length === 0)
        throw noImage(
          path,
          'holds no image',
          'Name the folder they lie in: folders inside a folder are not searched',
        );
      return names.map((name) => join(path, name));
    }
  } catch (error) {
    const fault = systemFault(error, path);
    throw fault === undefined ? error : new InputError(fault, { cause: error });
  }
  if (!isImage(path)) throw noImage(path, 'is not named as an image');
  return [path];
}

/** By the name of the results: with the endings, `a-1.tif` would come before `a.tif`. */
function byName(a: string, b: string): number {
  const [first, second] = [parse(a).name, parse(b).name];
  return first < second ? -1 : first > second ? 1 : 0;
}

function isImage(path: string): boolean {
  return !basename(path).startsWith('.') && imageEndings.has(extname(path).toLowerCase());
}

function noImage(path: string, problem: string, hint?: string): InputError {
  return new InputError({
    path,
    problem,
    expected: `a file ending in ${[...imageEndings].join(', ')}`,
    hint,
  });
}
