import { open } from 'node:fs/promises';
import { fillPolygon, InputError } from '@vascula/core';
import { decodeLine, systemFault } from '../files/index.js';
import type { Tile } from './dataset.js';
import { throwFirstFault } from './findings.js';
import { type Annotation, type AnnotationType, readLabelLine } from './label-line.js';
import { type ImageSize, type RgbImage, readTileImage } from './tile-image.js';

/** What is asked of a tile for its annotations. */
type LabelledId = Pick<Tile, 'id' | 'labels'>;

/**
 * Decodes a tile: RGB, uint8, height*width*3 (see `readTileImage` for what is refused). Throws
 * `InputError` where the tile has no file, or another size than `size`, usually `dataset.tileSize`.
 */
export async function readTile(tile: Tile, size?: ImageSize): Promise<RgbImage> {
  if (tile.file === undefined) {
    throw new InputError({ path: `${tile.id}.tif`, problem: 'was not downloaded' });
  }
  const { width, height, data } = await readTileImage(tile.file);
  if (size !== undefined && (width !== size.width || height !== size.height)) {
    throw new InputError(sizeFault(tile.file, { width, height }, size));
  }
  return { width, height, data };
}

export function sizeFault(path: string, found: ImageSize, size: ImageSize) {
  return {
    path,
    field: 'ImageWidth x ImageLength',
    problem: `${found.width} x ${found.height} pixels`,
    expected: `${size.width} x ${size.height}, as most tiles here have`,
  };
}

/**
 * Annotations of a tile, read from its line of the label file: none for a tile without labels. Throws
 * `InputError` where the file has changed since the dataset was opened.
 */
export async function readAnnotations(tile: LabelledId): Promise<readonly Annotation[]> {
  if (tile.labels === undefined) return [];
  const { path, line, offset, length } = tile.labels;
  const bytes = new Uint8Array(length);
  try {
    const file = await open(path, 'r');
    try {
      await file.read(bytes, 0, length, offset);
    } finally {
      await file.close();
    }
  } catch (error) {
    const fault = systemFault(error, path);
    if (fault === undefined) throw error;
    throw new InputError(fault, { cause: error });
  }
  const text = decodeLine(bytes, line === 1) ?? '';
  const read = readLabelLine(text, { path, line }, throwFirstFault);
  if (read?.id !== tile.id) {
    const problem = `holds ${read?.id} where ${tile.id} was: the file changed while it was in use`;
    throw new InputError({ path, line, field: 'id', problem });
  }
  return read.annotations.map(({ type, outline }) => ({ type, outline }));
}

/**
 * Mask of all annotations of one type of a tile: 0/1, height*width, outlines included; where two of
 * them overlap the pixel is 1. Throws as `readAnnotations`.
 */
export async function tileMask(
  tile: LabelledId,
  type: AnnotationType,
  { width, height }: ImageSize,
): Promise<Uint8Array> {
  const mask = new Uint8Array(width * height);
  for (const annotation of await readAnnotations(tile)) {
    if (annotation.type === type) fillPolygon(annotation.outline, width, height, mask);
  }
  return mask;
}
