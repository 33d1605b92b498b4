import { type Fault, InputError } from '@vascula/core';
import sharp, { type Metadata } from 'sharp';
import { readNow } from '../files/reused-bytes.js';
import { readTiffHeader, TiffHeaderError } from './tiff-header.js';
import {
  decodeTile,
  type ImageSize,
  MAX_TILE_BYTES,
  MAX_TILE_PIXELS,
  readTileFile,
  type TileImage,
} from './tile-image.js';
import type { TileMemory } from './tile-memory.js';

export type PictureFormat = 'tiff' | 'png' | 'jpeg' | 'gif';

export interface PictureHeader extends ImageSize {
  readonly format: PictureFormat;
}

const DAMAGED = 'The file is damaged or its download was not finished: get it again.';

/** TIFF's colour schemes: grey from white and from black, RGB, palette, YCbCr. */
const TIFF_SCHEMES: ReadonlySet<number> = new Set([0, 1, 2, 3, 6]);

/**
 * Decodes an image or a mask of a dataset of pairs: TIFF, PNG, JPEG or GIF, known by their first bytes; one page,
 * 8 bits a channel (or 1 bit: 0 and 255), RGB, grey or a palette. Grey is given as RGB of three equal
 * values. Colour profiles are not applied, an alpha channel that is opaque everywhere is dropped.
 *
 * Refused: 16-bit and floating point (how to scale them is a choice), CMYK and L*a*b*, transparency,
 * several pages or frames, an orientation other than rows from the top, what is cut short or damaged,
 * and, before anything is decoded, more than `MAX_TILE_PIXELS` pixels.
 *
 * With `memory` file and pixels may lie there. Throws `InputError`.
 */
export async function readPicture(path: string, memory?: TileMemory): Promise<TileImage> {
  const bytes =
    (memory && readNow(path, memory.file, MAX_TILE_BYTES)) ?? (await readTileFile(path));
  const { width, height, format } = await headerOf(bytes, path);
  if (format === 'tiff' && isColourTiff(bytes)) return decodeTile(bytes, path, memory);
  try {
    const { data, info } = await decoder(bytes, MAX_TILE_PIXELS)
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.width !== width || info.height !== height)
      throw new InputError({
        path,
        problem: `decodes to ${info.width} x ${info.height} pixels`,
        expected: `${width} x ${height} as its header says`,
      });
    const rgb = asRgb(data, info.channels, path);
    // A GIF has a palette in which some entry may be transparent, used or not: nothing to tell of.
    return { width, height, ...rgb, ...(format === 'gif' && { alphaDropped: false }) };
  } catch (error) {
    throw decodingFault(error, path);
  }
}

/** Size and format that a file claims, with all checks of `readPicture` that need no decoding. */
export async function readPictureHeader(path: string): Promise<PictureHeader> {
  return headerOf(await readTileFile(path), path);
}

async function headerOf(bytes: Uint8Array, path: string): Promise<PictureHeader> {
  const format = formatOf(bytes);
  if (format === undefined)
    throw new InputError({
      path,
      problem: bytes.length === 0 ? 'is empty' : 'is no image',
      expected: 'a TIFF, PNG, JPEG or GIF',
    });
  const size = format === 'tiff' ? tiffSize(bytes, path) : await sizeOf(bytes, format, path);
  return { ...size, format };
}

function formatOf(bytes: Uint8Array): PictureFormat | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  if (/^(II[*+]\0|MM\0[*+])/.test(start)) return 'tiff';
  if (start === '\x89PNG') return 'png';
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  return start === 'GIF8' ? 'gif' : undefined;
}

function isColourTiff(bytes: Uint8Array): boolean {
  const { photometric, samplesPerPixel } = readTiffHeader(bytes);
  return (photometric === 2 || photometric === 6) && samplesPerPixel >= 3;
}

function tiffSize(bytes: Uint8Array, path: string): ImageSize {
  try {
    const header = readTiffHeader(bytes);
    const { width, height, bitsPerSample, photometric, samplesPerPixel, orientation } = header;
    const isSigned = header.sampleFormat.some((format) => format !== 1);
    const fault =
      sizeFaultOf({ width, height }) ??
      (header.dataEnd > bytes.length
        ? {
            problem: `is truncated: it ends at byte ${bytes.length} and its pixels at byte ${header.dataEnd}`,
            hint: DAMAGED,
          }
        : undefined) ??
      (bitsPerSample.some((bits) => bits !== 8 && !(bits === 1 && samplesPerPixel === 1)) ||
      isSigned
        ? depthFault(`${bitsPerSample[0]} bits${isSigned ? ', signed or floating point' : ''}`)
        : undefined) ??
      (TIFF_SCHEMES.has(photometric)
        ? undefined
        : { problem: 'is neither RGB nor grey', expected: 'RGB, grey or a palette' }) ??
      orientationFault(orientation) ??
      (header.pages === 'several' ? SEVERAL : undefined);
    if (fault !== undefined) throw new InputError({ path, ...fault });
    return { width, height };
  } catch (error) {
    if (!(error instanceof TiffHeaderError)) throw error;
    throw new InputError({ path, problem: error.message, hint: DAMAGED }, { cause: error });
  }
}

async function sizeOf(bytes: Uint8Array, format: PictureFormat, path: string): Promise<ImageSize> {
  // A GIF's screen may be larger than the frame that its decoder speaks of.
  const claimed = format === 'gif' && bytes.length >= 10 ? screenOf(bytes) : undefined;
  const tooLarge = claimed && sizeFaultOf(claimed);
  if (tooLarge) throw new InputError({ path, ...tooLarge });
  let header: Metadata;
  try {
    header = await decoder(bytes, false).metadata();
  } catch (error) {
    throw decodingFault(error, path);
  }
  const { width, height, depth, space, orientation = 1, pages = 1 } = header;
  const fault =
    sizeFaultOf({ width, height }) ??
    (depth === 'uchar' ? undefined : depthFault(`${depth} values`)) ??
    (space === 'srgb' || space === 'b-w'
      ? undefined
      : { problem: `is ${space}`, expected: 'RGB, grey or a palette' }) ??
    orientationFault(orientation) ??
    (pages > 1 ? SEVERAL : undefined);
  if (fault !== undefined) throw new InputError({ path, ...fault });
  return { width, height };
}

function screenOf(gif: Uint8Array): ImageSize {
  const view = new DataView(gif.buffer, gif.byteOffset, gif.byteLength);
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

function decoder(bytes: Uint8Array, limitInputPixels: number | false) {
  return sharp(bytes, { limitInputPixels, failOn: 'warning', ignoreIcc: true });
}

const SEVERAL = { problem: 'holds several images', expected: 'one', hint: 'Save it by itself.' };

function sizeFaultOf({ width, height }: ImageSize): Omit<Fault, 'path'> | undefined {
  if (width * height > 0 && width * height <= MAX_TILE_PIXELS) return undefined;
  return {
    problem: `the header claims ${width} x ${height} pixels`,
    expected: `1 to ${MAX_TILE_PIXELS} (8192 x 8192)`,
    hint: 'Nothing was decoded. The file is damaged, or a whole slide: cut it into tiles.',
  };
}

function depthFault(found: string): Omit<Fault, 'path'> {
  return {
    problem: `holds ${found}`,
    expected: '8 bits a channel',
    hint: 'Convert it yourself: how to scale the values is a choice.',
  };
}

function orientationFault(orientation: number): Omit<Fault, 'path'> | undefined {
  if (orientation === 1) return undefined;
  return {
    problem: `has orientation ${orientation}`,
    expected: '1 (rows from the top)',
    hint: 'Programs disagree on whether to turn it: save the pixels as they are to be seen.',
  };
}

function asRgb(
  data: Uint8Array,
  channels: number,
  path: string,
): Pick<TileImage, 'data' | 'alphaDropped'> {
  if (channels === 3) return { data, alphaDropped: false };
  const hasAlpha = channels === 2 || channels === 4;
  const isGrey = channels < 3;
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) {
    if (hasAlpha && data[from + channels - 1] !== 255)
      throw new InputError({
        path,
        problem: 'has transparent pixels',
        expected: 'RGB or grey',
        hint: 'Flatten it on the background you want.',
      });
    rgb[to] = data[from];
    rgb[to + 1] = data[isGrey ? from : from + 1];
    rgb[to + 2] = data[isGrey ? from : from + 2];
  }
  return { data: rgb, alphaDropped: hasAlpha };
}

function decodingFault(error: unknown, path: string): unknown {
  if (error instanceof InputError) return error;
  const reason = String(error instanceof Error ? error.message : error)
    .split('\n')[0]
    ?.trim();
  return new InputError(
    { path, problem: `cannot be decoded (${reason})`, hint: DAMAGED },
    { cause: error },
  );
}
