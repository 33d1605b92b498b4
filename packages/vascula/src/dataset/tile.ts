import { open } from 'node:fs/promises';
import { fillPolygon, InputError, type Instance, instancesOfOutlines } from '@vascula/core';
import { decodeLine, MAX_LINE_BYTES, systemFault } from '../files/index.js';
import { readNow } from '../files/reused-bytes.js';
import type { Tile } from './dataset.js';
import { throwFirstFault } from './findings.js';
import { type Annotation, type AnnotationType, readLabelLine } from './label-line.js';
import { type ImageSize, type RgbImage, readTileImage } from './tile-image.js';
import type { TileMemory } from './tile-memory.js';

/** What is asked of a tile for its annotations. */
type LabelledId = Pick<Tile, 'id' | 'labels'>;

/**
 * Decodes a tile: RGB, uint8, height*width*3 (see `readTileImage` for what is refused). Throws
 * `InputError` where the tile has no file, or another size than `size`, usually `dataset.tileSize`. With
 * `memory` the pixels lie there.
 */
export async function readTile(
  tile: Tile,
  size?: ImageSize,
  memory?: TileMemory,
): Promise<RgbImage> {
  if (tile.file === undefined) {
    throw new InputError({ path: `${tile.id}.tif`, problem: 'was not downloaded' });
  }
  const { width, height, data } = await readTileImage(tile.file, memory);
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
export async function readAnnotations(
  tile: LabelledId,
  memory?: TileMemory,
): Promise<readonly Annotation[]> {
  if (tile.labels === undefined) return [];
  const { path, line, offset, length } = tile.labels;
  const bytes =
    (memory && readNow(path, memory.file, MAX_LINE_BYTES, { offset, length })) ??
    (await readPart(path, offset, length));
  const text = decodeLine(bytes, line === 1) ?? '';
  const read = readLabelLine(text, { path, line }, throwFirstFault);
  if (read?.id !== tile.id) {
    const problem = `holds ${read?.id} where ${tile.id} was: the file changed while it was in use`;
    throw new InputError({ path, line, field: 'id', problem });
  }
  return read.annotations.map(({ type, outline }) => ({ type, outline }));
}

async function readPart(path: string, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  try {
    const file = await open(path, 'r');
    try {
      await file.read(bytes, 0, length, offset);
    } finally {
      await file.close();
    }
    return bytes;
  } catch (error) {
    const fault = systemFault(error, path);
    if (fault === undefined) throw error;
    throw new InputError(fault, { cause: error });
  }
}

/**
 * Mask of all annotations of one type of a tile: 0/1, height*width, outlines included; where two of
 * them overlap the pixel is 1. With `memory` it lies there. Throws as `readAnnotations`.
 */
export async function tileMask(
  tile: LabelledId,
  type: AnnotationType,
  { width, height }: ImageSize,
  memory?: TileMemory,
): Promise<Uint8Array> {
  const mask = memory?.mask.take(width * height).fill(0) ?? new Uint8Array(width * height);
  for (const annotation of await readAnnotations(tile, memory)) {
    if (annotation.type === type) fillPolygon(annotation.outline, width, height, mask);
  }
  return mask;
}

/**
 * The annotations of one type of a tile as instances, each with its own pixels; one without a pixel in
 * the tile is none. Throws as `readAnnotations`.
 */
export async function tileInstances(
  tile: Tile,
  type: AnnotationType,
  { width, height }: ImageSize,
): Promise<Instance[]> {
  const annotations = await readAnnotations(tile);
  const outlines = annotations.filter((one) => one.type === type).map(({ outline }) => outline);
  return instancesOfOutlines(outlines, width, height);
}
