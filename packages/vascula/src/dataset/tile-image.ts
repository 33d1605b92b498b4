import { readFile, stat } from 'node:fs/promises';
import { decodeLzwStrips, type Fault, InputError } from '@vascula/core';
import sharp from 'sharp';
import { faultOfPath, systemFault } from '../files/index.js';
import { readNow } from '../files/reused-bytes.js';
import { readTiffHeader, type TiffHeader, TiffHeaderError } from './tiff-header.js';
import type { TileMemory } from './tile-memory.js';

/** Width and height in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** An RGB image: `data` is uint8, row-major, height*width*3. */
export interface RgbImage extends ImageSize {
  readonly data: Uint8Array;
}

/** Most pixels a tile may claim: 8192 x 8192, 192 MiB once decoded. */
export const MAX_TILE_PIXELS = 8192 * 8192;

/** Largest tile file read: an uncompressed tile of `MAX_TILE_PIXELS` with alpha, and its header. */
export const MAX_TILE_BYTES = MAX_TILE_PIXELS * 4 + 2 ** 20;

const DAMAGED = 'The file is damaged or its download was not finished: get it again.';

const COLOURS: Readonly<Record<number, string>> = {
  0: 'grey',
  1: 'grey',
  3: 'a palette',
  5: 'CMYK',
  8: 'L*a*b*',
};

export interface TileImage extends RgbImage {
  /** True where an alpha channel, opaque everywhere, was dropped. */
  readonly alphaDropped: boolean;
}

/**
 * Decodes a tile file: TIFF, one page, 8 bits a channel, RGB (or YCbCr, as JPEG in TIFF stores it).
 * Colour profiles are not applied: pixels are the numbers of the file. An alpha channel that is opaque
 * everywhere is dropped.
 *
 * Refused with the reason rather than converted, because the conversion is a choice that changes what
 * a model sees: 16-bit and floating point, grey, palette, CMYK, L*a*b*, transparency, several pages,
 * an orientation other than rows from the top. Also refused: no regular file, not TIFF, truncated,
 * damaged, and, before anything is decoded, more than `MAX_TILE_PIXELS` pixels.
 *
 * With `memory`, file and pixels lie there, and the file is read without leaving the thread.
 *
 * Throws `InputError` with the TIFF field where one is at fault.
 */
export async function readTileImage(path: string, memory?: TileMemory): Promise<TileImage> {
  const bytes =
    (memory && readNow(path, memory.file, MAX_TILE_BYTES)) ?? (await readTileFile(path));
  return decodeTile(bytes, path, memory);
}

/** `readTileImage` of a file that is in memory; `path` is for messages. */
export async function decodeTile(
  bytes: Uint8Array,
  path: string,
  memory?: TileMemory,
): Promise<TileImage> {
  const header = headerOf(bytes, path);
  if (header.lzwStrips !== undefined) {
    const { width, height } = header;
    // A third of the time that the general decoder takes, which is asked about everything else.
    const data = decodeLzwStrips(bytes, header.lzwStrips, memory?.pixels.take(width * height * 3));
    if (data !== undefined) return { width, height, data, alphaDropped: false };
  }
  const channels = header.samplesPerPixel;
  let decoded: Buffer;
  try {
    decoded = await sharp(bytes, {
      limitInputPixels: MAX_TILE_PIXELS,
      failOn: 'warning',
      ignoreIcc: true,
    })
      .raw()
      .toBuffer();
  } catch (error) {
    const problem = `cannot be decoded (${firstLine(error)})`;
    throw new InputError({ path, problem, hint: DAMAGED }, { cause: error });
  }
  const { width, height } = header;
  if (decoded.length !== width * height * channels) {
    const problem = `decodes to ${decoded.length} bytes`;
    const expected = `${width} x ${height} x ${channels} as its header says`;
    throw new InputError({ path, problem, expected });
  }
  if (channels === 3) return { width, height, data: decoded, alphaDropped: false };
  return { width, height, data: withoutAlpha(decoded, path), alphaDropped: true };
}

/** Size a tile file claims; the same checks as `readTileImage` but for the decoding. */
export async function readTileSize(path: string): Promise<ImageSize> {
  const { width, height } = headerOf(await readTileFile(path), path);
  return { width, height };
}

/**
 * The bytes of an image file that is not larger than a tile can be. Throws InputError for anything else,
 * a named pipe included.
 */
export async function readTileFile(path: string): Promise<Buffer> {
  const absent = await faultOfPath(path, 'file');
  if (absent !== undefined) throw new InputError(absent);
  try {
    const { size } = await stat(path);
    if (size > MAX_TILE_BYTES) {
      const expected = `a tile, at most ${MAX_TILE_BYTES} bytes`;
      throw new InputError({ path, problem: `has ${size} bytes`, expected });
    }
    return await readFile(path);
  } catch (error) {
    const fault = systemFault(error, path);
    if (fault === undefined) throw error;
    throw new InputError(fault, { cause: error });
  }
}

function headerOf(bytes: Uint8Array, path: string): TiffHeader {
  try {
    const header = readTiffHeader(bytes);
    const fault = faultOfHeader(header, bytes.length);
    if (fault !== undefined) throw new InputError({ path, ...fault });
    return header;
  } catch (error) {
    if (!(error instanceof TiffHeaderError)) throw error;
    throw new InputError({ path, problem: error.message, hint: DAMAGED }, { cause: error });
  }
}

function faultOfHeader(header: TiffHeader, fileBytes: number): Omit<Fault, 'path'> | undefined {
  const { width, height, photometric, samplesPerPixel, orientation } = header;
  const bits = header.bitsPerSample.find((depth) => depth !== 8);
  if (width * height > MAX_TILE_PIXELS || width * height === 0) {
    return {
      field: 'ImageWidth x ImageLength',
      problem: `the header claims ${width} x ${height} pixels`,
      expected: `1 to ${MAX_TILE_PIXELS} (8192 x 8192)`,
      hint: 'Nothing was decoded. The file is damaged, or a whole slide: cut it into tiles.',
    };
  }
  if (header.dataEnd > fileBytes) {
    return {
      problem: `is truncated: it ends at byte ${fileBytes} and its pixels at byte ${header.dataEnd}`,
      hint: DAMAGED,
    };
  }
  if (bits !== undefined || header.sampleFormat.some((format) => format !== 1)) {
    const floating = header.sampleFormat.includes(3) ? ' floating point' : '';
    return {
      field: 'BitsPerSample',
      problem: `${bits ?? 8}${floating} bits a channel`,
      expected: '8 bits, unsigned',
      hint: 'Convert it yourself: how to scale the values is a choice.',
    };
  }
  if (photometric !== 2 && photometric !== 6) {
    return {
      field: 'PhotometricInterpretation',
      problem: `the image is ${COLOURS[photometric] ?? `of kind ${photometric}`}`,
      expected: 'RGB',
      hint: 'A stained section is told apart by its colours: save the tile as 8-bit RGB.',
    };
  }
  if (samplesPerPixel !== 3 && samplesPerPixel !== 4) {
    return {
      field: 'SamplesPerPixel',
      problem: `${samplesPerPixel} channels`,
      expected: '3 (RGB), or 4 with an opaque alpha channel',
    };
  }
  if (samplesPerPixel === 4 && header.extraSamples !== 1) {
    return {
      field: 'ExtraSamples',
      problem: 'there is a fourth channel, and the header does not say what it is',
      expected: 'RGB, or a fourth channel declared as alpha',
      hint: 'OpenCV writes alpha so: save the tile with its three colour channels.',
    };
  }
  if (orientation !== 1) {
    return {
      field: 'Orientation',
      problem: `orientation ${orientation}`,
      expected: '1 (rows from the top)',
      hint: 'Programs disagree on whether to turn it: save the pixels as they are to be seen.',
    };
  }
  if (header.pages === 'several') {
    return { problem: 'holds several images', expected: 'one', hint: 'Save the tile by itself.' };
  }
  return undefined;
}

function withoutAlpha(rgba: Uint8Array, path: string): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    if (rgba[from + 3] !== 255) {
      throw new InputError({
        path,
        field: 'ExtraSamples',
        problem: 'the alpha channel is not opaque everywhere',
        expected: 'RGB',
        hint: 'Flatten the tile on the background you want.',
      });
    }
    rgb[to++] = rgba[from];
    rgb[to++] = rgba[from + 1];
    rgb[to++] = rgba[from + 2];
  }
  return rgb;
}

function firstLine(error: unknown): string {
  return (
    String(error instanceof Error ? error.message : error)
      .split('\n')[0]
      ?.trim() ?? ''
  );
}
