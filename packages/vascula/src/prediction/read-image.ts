import { extname } from 'node:path';
import { type Fault, InputError } from '@vascula/core';
import sharp, { type Metadata } from 'sharp';
import { MAX_TILE_PIXELS, type RgbImage, readTileFile, readTileImage } from '../dataset/index.js';

const tiffEndings = new Set(['.tif', '.tiff']);

/** Endings of the images that can be predicted on. */
export const imageEndings: ReadonlySet<string> = new Set([...tiffEndings, '.png', '.jpg', '.jpeg']);

/**
 * Reads an image to predict on: TIFF as a dataset's tiles are read, PNG and JPEG likewise (8 bits a
 * channel, RGB; an alpha channel that is opaque everywhere is dropped). Throws InputError with the
 * reason, and before anything is decoded where the header claims more than `MAX_TILE_PIXELS`.
 */
export async function readImage(path: string): Promise<RgbImage> {
  if (tiffEndings.has(extname(path).toLowerCase())) return readTileImage(path);
  const bytes = await readTileFile(path);
  if (bytes.length === 0) throw new InputError({ path, problem: 'is empty' });
  const image = sharp(bytes, { limitInputPixels: false, failOn: 'warning', ignoreIcc: true });
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
    if (error instanceof InputError) throw error;
    const reason = String(error instanceof Error ? error.message : error).split('\n')[0];
    throw new InputError({ path, problem: `cannot be decoded (${reason})` }, { cause: error });
  }
}

function faultOf(header: Metadata): Omit<Fault, 'path'> | undefined {
  const { width, height, depth, space, orientation = 1 } = header;
  if (width * height > MAX_TILE_PIXELS)
    return {
      problem: `the header claims ${width} x ${height} pixels`,
      expected: `at most ${MAX_TILE_PIXELS} (8192 x 8192)`,
      hint: 'Nothing was decoded. Cut a whole slide into tiles',
    };
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
