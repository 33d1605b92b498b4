import type { Random } from '@vascula/core';

/** Spoiled texts of each kind: few enough for every run of the tests, and as many as one likes by hand. */
export const FUZZ_CASES = Number(process.env.VASCULA_FUZZ_CASES ?? 2000);

/** In milliseconds: what hangs is noticed, what is asked for is waited for. */
export const FUZZ_TIMEOUT = 60_000 + 20 * FUZZ_CASES;

/** Characters that mean something in one of the formats. */
const LOADED = '0123456789,.:; "\'[]{}()\\\n\r\t+/=eE-xPQopnull\u0000\uFEFF\u2028\u00e9\u{1F52C}';

/** A text with some of it cut out, repeated, swapped or replaced, and perhaps cut off. */
export function spoiled(text: string, random: Random): string {
  let result = text;
  for (let n = random.integer(4); n >= 0; n--) {
    const start = random.integer(result.length + 1);
    const end = Math.min(start + random.integer(random.chance(0.5) ? 4 : 400), result.length);
    const other = random.integer(result.length + 1);
    const inserted = [
      '',
      LOADED.charAt(random.integer(LOADED.length)),
      result.slice(start, end).repeat(2),
      result.slice(other, other + random.integer(60)),
      String(random.integer(2 ** 32)),
    ][random.integer(5)];
    result = result.slice(0, start) + inserted + result.slice(end);
  }
  return random.chance(0.2) ? result.slice(0, random.integer(result.length + 1)) : result;
}

export function randomBytes(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => random.integer(256));
}
