import { InputError } from '../errors.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import { checkMaskSize, checkRle, decodeRle, encodeRle } from './rle.js';
import { rleFromString, rleToString } from './rle-string.js';
import { deflateZlib, inflateZlib } from './zlib.js';

/**
 * A mask as the competition encodes it: base64 of the zlib stream of COCO's compressed run lengths
 * (`encode_binary_mask` of the Open Images Challenge 2019). Streams differ between zlib
 * implementations; what they inflate to does not.
 *
 * @param mask height*width, row-major; pixels other than 0 are foreground
 * @throws RangeError a mask of another length, or above `MAX_MASK_PIXELS`
 */
export function encodeBinaryMask(mask: Uint8Array, width: number, height: number): string {
  return packRle(encodeRle(mask, width, height));
}

/**
 * The mask of `encodeBinaryMask`: height*width, row-major, 0 and 1.
 *
 * @throws InputError where any of the layers is malformed, or the mask is not of this size
 */
export function decodeBinaryMask(text: string, width: number, height: number): Uint8Array {
  return decodeRle(unpackRle(text, width, height), width, height);
}

/** The string of `encodeBinaryMask`, from run lengths. */
export function packRle(counts: readonly number[]): string {
  const text = rleToString(counts);
  return encodeBase64(deflateZlib(Uint8Array.from(text, (character) => character.charCodeAt(0))));
}

/**
 * The run lengths of a string of `encodeBinaryMask`, known to be those of a mask of this size; a mask's
 * memory is not taken.
 *
 * @throws InputError as `decodeBinaryMask`
 */
export function unpackRle(text: string, width: number, height: number): number[] {
  checkMaskSize(width, height);
  const bytes = inflateZlib(decodeBase64(text), longestString(width * height));
  let characters = '';
  for (const byte of bytes) characters += String.fromCharCode(byte);
  if (characters === '')
    throw new InputError({ problem: 'no run lengths', expected: 'at least one' });
  const counts = rleFromString(characters);
  checkRle(counts, width, height);
  return counts;
}

/**
 * A bound on the characters of a mask's run lengths. Only the first run may be 0, so there are at most
 * pixels + 1 numbers. One of k characters is at least 16 for k = 2 and grows 32-fold with each more, so
 * it has at most |number|/16 characters beyond its first; and differences sum to at most twice the runs.
 */
function longestString(pixels: number): number {
  return pixels + 1 + Math.ceil((2 * pixels) / 16);
}
