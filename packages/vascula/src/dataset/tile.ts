import { open } from 'node:fs/promises';
import {
  fillPolygon,
  IGNORED,
  InputError,
  type Instance,
  instancesOfMask,
  instancesOfOutlines,
} from '@vascula/core';
import { decodeLine, MAX_LINE_BYTES, systemFault } from '../files/index.js';
import { readNow } from '../files/reused-bytes.js';
import type { Tile } from './dataset.js';
import { throwFirstFault } from './findings.js';
import { type Annotation, type AnnotationType, readLabelLine } from './label-line.js';
import { ignoreOutside, truthOfMask } from './mask-values.js';
import type { MaskLabels } from './pairs.js';
import { readPicture } from './picture.js';
import { type ImageSize, type RgbImage, readTileImage } from './tile-image.js';
import type { TileMemory } from './tile-memory.js';

/** What is asked of a tile for its annotations. */
type LabelledId = Pick<Tile, 'id' | 'labels'>;

/**
 * Decodes a tile: RGB, uint8, height*width*3 (see `readTileImage`, of pairs `readPicture`, for what is
 * refused). Throws `InputError` where the tile has no file, or another size than its own or `size`, usually
 * `dataset.tileSize`. With `memory` the pixels lie there.
 */
export async function readTile(
  tile: Tile,
  size?: ImageSize,
  memory?: TileMemory,
): Promise<RgbImage> {
  if (tile.file === undefined) {
    throw new InputError({ path: `${tile.id}.tif`, problem: 'was not downloaded' });
  }
  const read = tile.size === undefined ? readTileImage : readPicture;
  const { width, height, data } = await read(tile.file, memory);
  if (tile.size !== undefined) requireSize(tile.file, { width, height }, tile.size);
  else if (size !== undefined && (width !== size.width || height !== size.height)) {
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

/** Sees that a file of a pair still measures what it did when the dataset was opened. */
function requireSize(path: string, found: ImageSize, size: ImageSize): void {
  if (found.width === size.width && found.height === size.height) return;
  throw new InputError({
    path,
    problem: `${found.width} x ${found.height} pixels`,
    expected: `${size.width} x ${size.height}, the size of its image when the dataset was opened`,
  });
}

/**
 * Annotations of a tile, read from its line of the label file: none for a tile without labels. Throws
 * `InputError` where the file has changed since the dataset was opened.
 */
export async function readAnnotations(
  tile: LabelledId,
  memory?: TileMemory,
): Promise<readonly Annotation[]> {
  if (tile.labels === undefined || 'mask' in tile.labels) return [];
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
 * Truth map of a tile: 0 is background, 1 vessel, `IGNORED` what does not count: outside the field of view,
 * what the mask's values say, unsure outlines where the dataset was opened so. height*width; with `memory`
 * it lies there.
 *
 * Throws as `readAnnotations`; of a mask `InputError` for what `readPicture` refuses, another size,
 * values that stand for nothing, and a mask of which no pixel counts.
 */
export async function tileTruth(
  tile: LabelledId,
  size: ImageSize,
  memory?: TileMemory,
): Promise<Uint8Array> {
  const { labels } = tile;
  if (labels !== undefined && 'mask' in labels) return maskTruth(labels, size, memory);
  const truth = await tileMask(tile, 'blood_vessel', size, memory);
  if (!labels?.ignoresUnsure || !labels.polygons.some(({ type }) => type === 'unsure'))
    return truth;
  const unsure = await tileMask(tile, 'unsure', size);
  for (let p = 0; p < truth.length; p++) if (truth[p] < unsure[p]) truth[p] = IGNORED;
  return truth;
}

/** Mask and ROI are decoded apart from `memory`, where the image may lie. */
async function maskTruth(
  { mask: path, roi, values }: MaskLabels,
  size: ImageSize,
  memory?: TileMemory,
): Promise<Uint8Array> {
  const mask = await readPicture(path);
  requireSize(path, mask, size);
  const truth = truthOfMask(mask, path, values, memory?.mask.take(size.width * size.height));
  if (roi !== undefined) {
    const view = await readPicture(roi);
    requireSize(roi, view, size);
    ignoreOutside(truth, view);
  }
  if (truth.every((value) => value === IGNORED))
    throw new InputError({
      path: roi ?? path,
      problem: 'leaves no pixel that counts',
      expected: 'a pixel of vessel or background, inside the field of view',
    });
  return truth;
}

/**
 * The vessels of a tile one by one: its outlines, each with its own pixels, or what its mask shows
 * apart. `truth` is its truth map. Throws as `readAnnotations`.
 */
export async function tileVessels(
  tile: Tile,
  truth: Uint8Array,
  size: ImageSize,
): Promise<Instance[]> {
  return tile.labels !== undefined && 'mask' in tile.labels
    ? instancesOfMask(truth, size.width, size.height)
    : tileInstances(tile, 'blood_vessel', size);
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
