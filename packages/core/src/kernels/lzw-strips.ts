import { workspace } from './kernels.js';

/** How the pixels of an LZW-compressed RGB TIFF lie in its file (TIFF 6.0, sections 13 and 14). */
export interface LzwStrips {
  /** Of the image, in pixels; 8 bits a channel, three channels, pixel by pixel. */
  readonly width: number;
  readonly height: number;
  readonly rowsPerStrip: number;
  /** Where each strip begins in the file, and how many bytes it has there. */
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
  /** Whether values are differences to the pixel on their left (`Predictor` 2). */
  readonly differenced: boolean;
}

/** Largest strip, coded and decoded together: the kernels' memory never shrinks again. */
const MOST_BYTES = 2 ** 26;

/**
 * Decodes the pixels of a TIFF file into `image`: RGB, uint8, height*width*3, as libtiff does.
 *
 * Undefined where the strips do not make up the image, one is damaged, of LZW's older kind or larger
 * than 64 MiB: give such a file to a complete reader, which can also say what is wrong with it.
 */
export function decodeLzwStrips(
  file: Uint8Array,
  strips: LzwStrips,
  image: Uint8Array = new Uint8Array(strips.height * strips.width * 3),
): Uint8Array | undefined {
  const { width, height, rowsPerStrip, offsets, byteCounts, differenced } = strips;
  const rowBytes = 3 * width;
  const rows = Math.min(rowsPerStrip, height);
  const largest = byteCounts.reduce((most, count) => Math.max(most, count), 0);
  const fits = offsets.length === Math.ceil(height / rows) && byteCounts.length === offsets.length;
  if (!fits || largest + rows * rowBytes > MOST_BYTES) return undefined;
  const { kernels, at, bytes } = workspace({ coded: largest, pixels: rows * rowBytes });
  for (const [index, offset] of offsets.entries()) {
    const first = index * rows;
    const count = Math.min(rows, height - first);
    const coded = file.subarray(offset, offset + byteCounts[index]);
    bytes.set(coded, at.coded);
    if (kernels.lzw(at.coded, coded.length, at.pixels, count * rowBytes) === 0) return undefined;
    if (differenced) kernels.sumRows(at.pixels, count, rowBytes);
    image.set(bytes.subarray(at.pixels, at.pixels + count * rowBytes), first * rowBytes);
  }
  return image;
}
