import { readFileSync } from 'node:fs';

/** The cases of a fixture written by the script of the same subject in `oracles`. */
export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'));
}

/** A mask packed by numpy.packbits: eight pixels a byte, first pixel highest. */
export function unpackMask(hexadecimal: string, pixels: number): Uint8Array {
  const bytes = Buffer.from(hexadecimal, 'hex');
  return Uint8Array.from({ length: pixels }, (_, at) => (bytes[at >> 3] >> (7 - (at & 7))) & 1);
}
