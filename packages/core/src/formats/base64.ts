import { InputError } from '../errors.js';

// Own code, because the functions of Node and of browsers differ, and those they share (`btoa`, `atob`)
// work on strings of bytes and ignore white space that a strict reader must refuse.
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

/** Bytes as base64 with padding (RFC 4648, section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const bits =
      (bytes[i] << 16) | ((left > 1 ? bytes[i + 1] : 0) << 8) | (left > 2 ? bytes[i + 2] : 0);
    text += ALPHABET[bits >> 18] + ALPHABET[(bits >> 12) & 63];
    text += left > 1 ? ALPHABET[(bits >> 6) & 63] : '=';
    text += left > 2 ? ALPHABET[bits & 63] : '=';
  }
  return text;
}

/**
 * Bytes of base64 with padding (RFC 4648, section 4).
 *
 * @throws InputError a length that is no multiple of 4, a character outside the alphabet, or bits set
 *   beyond the last byte; positions in messages count from 0
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 !== 0)
    throw new InputError({
      problem: `base64 of ${text.length} characters`,
      expected: 'a multiple of 4',
    });
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const digits = text.length - padding;
  let bits = 0;
  let held = 0;
  let written = 0;
  for (let i = 0; i < digits; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? -1;
    if (value < 0)
      throw new InputError({
        problem: `character ${JSON.stringify(text[i])} at ${i} is not base64`,
        expected: 'A-Z, a-z, 0-9, +, / and = at the end',
      });
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[written++] = bits >> held;
    }
  }
  if ((bits & ((1 << held) - 1)) !== 0)
    throw new InputError({
      problem: 'base64 has bits beyond its last byte',
      expected: 'zeros there',
    });
  return bytes;
}
