import { InputError, type Point } from '@vascula/core';
import { readTileMeta, throwFirstFault } from '../dataset/index.js';
import type { ImageFile } from './image-files.js';

/**
 * Where images lie in their slides, by name: [column, row] of the upper-left pixel, from `tile_meta.csv`.
 *
 * @throws InputError where the table is at fault, or has no row for an image.
 */
export async function slideOffsets(
  images: readonly ImageFile[],
  path: string,
): Promise<ReadonlyMap<string, Point>> {
  const { tiles } = await readTileMeta(path, throwFirstFault);
  const offsets = new Map(tiles.map(({ id, i, j }): [string, Point] => [id, [i, j]]));
  const stray = images.find(({ name }) => !offsets.has(name));
  if (stray !== undefined)
    throw new InputError({
      path,
      field: 'id',
      problem: `has no row for ${stray.path}`,
      expected: `the id ${stray.name}`,
    });
  return offsets;
}
