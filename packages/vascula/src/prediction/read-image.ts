import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { type Fault, InputError } from '@vascula/core';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { type ImageSize, MAX_TILE_PIXELS, type RgbImage, readTileImage } from '../dataset/index.js';
import { faultOfPath, systemFault } from '../files/index.js';
import { availableMemory } from '../training/available-memory.js';

const tiffEndings = new Set(['.tif', '.tiff']);

/** Endings of the images that can be predicted on. */
export const imageEndings: ReadonlySet<string> = new Set([...tiffEndings, '.png', '.jpg', '.jpeg']);

/** Most pixels of an image: its bytes are then counted in 31 bits, as the decoder counts them. */
const MOST_PIXELS = Math.floor((2 ** 31 - 1) / 3);

/** Node reads no larger file at once. */
const MOST_FILE_BYTES = 2 ** 31 - 1;

/** Bytes a pixel that an image, its map, and the masks and labels of its vessels take together. */
const PIXEL_BYTES = 32;

/**
 * Reads an image to predict on: TIFF as a dataset's tiles are read, PNG and JPEG likewise (8 bits a
 * channel, RGB; an alpha channel that is opaque everywhere is dropped). Throws InputError with the
 * reason, and before anything is decoded where the header claims more than memory holds.
 */
export async function readImage(path: string): Promise<RgbImage> {
  const bytes = await readBytes(path);
  const size = await sizeOf(bytes).catch(() => undefined);
  // A tile's reader says best what is wrong with a TIFF that is no larger than a tile can be.
  if (isTiff(path) && (size === undefined || size.width * size.height <= MAX_TILE_PIXELS))
    return readTileImage(path);
  if (size !== undefined) requireImageMemory(path, size);
  const image = opened(bytes);
  try {
    const header = await image.metadata();
    const fault = faultOf(header);
    if (fault !== undefined) throw new InputError({ path, ...fault });
    if (header.hasAlpha && !(await image.stats()).isOpaque)
      throw new InputError({
        path,
        problem: 'has transparent pixels',
        expected: 'RGB',
        hint: 'Flatten it on the background you want',
      });
    const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (error) {
    throw undecodable(path, error);
  }
}

/** What an image's header claims. Throws InputError where there is none that can be read. */
export async function readImageSize(path: string): Promise<ImageSize> {
  const bytes = await readBytes(path);
  return sizeOf(bytes).catch((error: unknown) => {
    throw undecodable(path, error);
  });
}

/** @throws InputError where an image of that size would take more memory than there is. */
export function requireImageMemory(path: string, { width, height }: ImageSize): void {
  const available = availableMemory() - process.memoryUsage.rss();
  const most = Math.min(MOST_PIXELS, Math.max(0, Math.floor(available / PIXEL_BYTES)));
  if (width * height <= most) return;
  const side = Math.floor(Math.sqrt(most));
  throw new InputError({
    path,
    problem: `the header claims ${width} x ${height} pixels`,
    expected: `at most ${most} (${side} x ${side}), for which there is memory`,
    hint: 'Nothing was decoded. Cut a whole slide into tiles',
  });
}

async function readBytes(path: string): Promise<Buffer> {
  const absent = await faultOfPath(path, 'file');
  if (absent !== undefined) throw new InputError(absent);
  try {
    const { size } = await stat(path);
    const most = Math.min(MOST_FILE_BYTES, availableMemory());
    if (size > most)
      throw new InputError({
        path,
        problem: `has ${size} bytes`,
        expected: `an image file, at most ${most} bytes`,
      });
    if (size === 0 && !isTiff(path)) throw new InputError({ path, problem: 'is empty' });
    return await readFile(path);
  } catch (error) {
    const fault = systemFault(error, path);
    throw fault === undefined ? error : new InputError(fault, { cause: error });
  }
}

function isTiff(path: string): boolean {
  return tiffEndings.has(extname(path).toLowerCase());
}

function opened(bytes: Buffer): Sharp {
  return sharp(bytes, { limitInputPixels: false, failOn: 'warning', ignoreIcc: true });
}

async function sizeOf(bytes: Buffer): Promise<ImageSize> {
  const { width, height } = await opened(bytes).metadata();
  return { width, height };
}

function undecodable(path: string, error: unknown): InputError {
  if (error instanceof InputError) return error;
  const reason = String(error instanceof Error ? error.message : error).split('\n')[0];
  return new InputError({ path, problem: `cannot be decoded (${reason})` }, { cause: error });
}

function faultOf(header: Metadata): Omit<Fault, 'path'> | undefined {
  const { depth, space, orientation = 1, pages = 1 } = header;
  if (pages > 1) return { problem: `holds ${pages} images`, expected: 'one' };
  if (depth !== 'uchar') return { problem: `holds ${depth} values`, expected: '8 bits a channel' };
  if (space !== 'srgb') return { problem: `is ${space}`, expected: 'RGB' };
  if (orientation !== 1)
    return {
      problem: `has orientation ${orientation}`,
      expected: '1 (rows from the top)',
      hint: 'Save the pixels as they are to be seen',
    };
  return undefined;
}
