import type { LzwStrips } from '@vascula/core';

/** The fields of a TIFF's first directory that decide whether it can be a tile (TIFF 6.0, BigTIFF). */
export interface TiffHeader {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: readonly number[];
  readonly samplesPerPixel: number;
  /** Of these, how many are declared to be beside the colours: alpha. */
  readonly extraSamples: number;
  /** 2: RGB, 6: YCbCr; 0 and 1: grey, 3: palette, 5: CMYK, 8: L*a*b*. */
  readonly photometric: number;
  /** 1: unsigned integer, 2: signed, 3: floating point. */
  readonly sampleFormat: readonly number[];
  /** 1: first row on top, first column left. */
  readonly orientation: number;
  /** Images in the file, as far as this reader looks: one, or more than one. */
  readonly pages: 1 | 'several';
  /** One past the last byte of pixel data that the header promises. */
  readonly dataEnd: number;
  /** Where the pixels are, if they are LZW-compressed RGB in strips, as the competition's tiles have them. */
  readonly lzwStrips?: LzwStrips;
}

/** Why bytes are not a readable TIFF. */
export class TiffHeaderError extends Error {
  override readonly name = 'TiffHeaderError';
}

const TAG = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  predictor: 317,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

const LZW = 5;
const RGB = 2;

/** Bytes of one value by field type, for the types a needed field may have: BYTE, SHORT, LONG, LONG8. */
const SIZES: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 };

/** More than the strips or inner tiles of any image worth reading (8192 x 8192 in pieces of 16 x 16: 2^18). */
const MOST_VALUES = 2 ** 20;

/**
 * Reads the header of a whole TIFF file without touching its pixels, so that an absurd size, a foreign
 * format or a cut download is met before anything is allocated for it. Throws `TiffHeaderError`.
 */
export function readTiffHeader(bytes: Uint8Array): TiffHeader {
  const order = String.fromCharCode(...bytes.subarray(0, 2));
  if (bytes.length < 8 || (order !== 'II' && order !== 'MM')) {
    throw new TiffHeaderError(bytes.length === 0 ? 'is empty' : 'is not a TIFF image');
  }
  const little = order === 'II';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint16(2, little);
  if (magic !== 42 && magic !== 43) throw new TiffHeaderError('is not a TIFF image');
  const big = magic === 43;

  const unsigned = (at: number, size: number): number => {
    if (at + size > bytes.length) {
      throw new TiffHeaderError(
        `is truncated: it ends at byte ${bytes.length} and its header leads to byte ${at + size}`,
      );
    }
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at, little);
    if (size === 4) return view.getUint32(at, little);
    return Number(view.getBigUint64(at, little));
  };

  const word = big ? 8 : 4;
  const directory = unsigned(big ? 8 : 4, word);
  const countSize = big ? 8 : 2;
  const entrySize = big ? 20 : 12;
  const entries = unsigned(directory, countSize);
  const next = directory + countSize + entries * entrySize;
  const hasNext = unsigned(next, word) !== 0;

  const fields = new Map<number, number>();
  for (let at = directory + countSize; at < next; at += entrySize) fields.set(unsigned(at, 2), at);

  const values = (tag: number): number[] => {
    const at = fields.get(tag);
    if (at === undefined) return [];
    const size = SIZES[unsigned(at + 2, 2)];
    if (size === undefined) throw new TiffHeaderError(`is damaged: tag ${tag} has no numbers`);
    const count = unsigned(at + 4, word);
    if (count === 0) return [];
    if (count > MOST_VALUES) {
      throw new TiffHeaderError(`is damaged: its tag ${tag} claims ${count} values`);
    }
    const inline = at + 4 + word;
    const start = count * size <= word ? inline : unsigned(inline, word);
    unsigned(start + (count - 1) * size, size);
    return Array.from({ length: count }, (_, index) => unsigned(start + index * size, size));
  };
  const value = (tag: number, otherwise?: number): number => {
    const found = values(tag)[0] ?? otherwise;
    if (found === undefined) throw new TiffHeaderError(`is damaged: its header lacks tag ${tag}`);
    return found;
  };

  const width = value(TAG.width);
  const height = value(TAG.height);
  const bitsPerSample = orDefault(values(TAG.bitsPerSample), 1);
  const samplesPerPixel = value(TAG.samplesPerPixel, 1);
  const photometric = value(TAG.photometric);
  const stripOffsets = values(TAG.stripOffsets);
  const stripByteCounts = values(TAG.stripByteCounts);
  const offsets = [...stripOffsets, ...values(TAG.tileOffsets)];
  const counts = [...stripByteCounts, ...values(TAG.tileByteCounts)];
  const predictor = value(TAG.predictor, 1);
  const inLzwStrips =
    value(TAG.compression, 1) === LZW &&
    photometric === RGB &&
    samplesPerPixel === 3 &&
    bitsPerSample.every((bits) => bits === 8) &&
    value(TAG.fillOrder, 1) === 1 &&
    value(TAG.planarConfiguration, 1) === 1 &&
    (predictor === 1 || predictor === 2) &&
    stripOffsets.length === offsets.length;
  return {
    width,
    height,
    bitsPerSample,
    samplesPerPixel,
    extraSamples: values(TAG.extraSamples).length,
    photometric,
    sampleFormat: orDefault(values(TAG.sampleFormat), 1),
    orientation: value(TAG.orientation, 1),
    pages: hasNext ? 'several' : 1,
    dataEnd: offsets.reduce(
      (end, offset, index) => Math.max(end, offset + (counts[index] ?? 0)),
      0,
    ),
    ...(inLzwStrips && {
      lzwStrips: {
        width,
        height,
        rowsPerStrip: value(TAG.rowsPerStrip, height),
        offsets: stripOffsets,
        byteCounts: stripByteCounts,
        differenced: predictor === 2,
      },
    }),
  };
}

/** The value TIFF gives a field that is left out. */
function orDefault(found: readonly number[], value: number): readonly number[] {
  return found.length > 0 ? found : [value];
}
