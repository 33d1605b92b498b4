/**
 * Random numbers as a pure function of a key.
 *
 * A stream is named by (seed, epoch, item, purpose …): nothing depends on the order in which streams
 * are opened, so work may be spread over workers and a resumed run draws what it would have drawn.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, bound); bound from 1 to 2^32. */
  integer(bound: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** The items in a new, uniformly random order (Fisher–Yates); the argument is left as it was. */
  shuffled<T>(items: readonly T[]): T[];
}

/**
 * Opens the stream named by the key.
 *
 * The key is hashed by FNV-1a with a murmur3 finish into the 128-bit state of sfc32 (Chris
 * Doty-Humphrey, PractRand), whose first 15 outputs are dropped so that near keys part.
 *
 * @throws RangeError where a number of the key is not finite: NaN and Infinity would name one stream.
 */
export function randomStream(...key: readonly (number | string)[]): Random {
  for (const part of key)
    if (typeof part === 'number' && !Number.isFinite(part))
      throw new RangeError(`randomStream: ${part} in the key [${key.join(', ')}]`);
  const text = JSON.stringify(key);
  let a = hash(text, 0x9e3779b9);
  let b = hash(text, 0x243f6a88);
  let c = hash(text, 0xb7e15162);
  let counter = 1;

  const bits = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 15; i++) bits();

  const next = (): number => bits() / 2 ** 32;
  const integer = (bound: number): number => {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32)
      throw new RangeError(`integer(bound): bound ${bound} is not a whole number from 1 to 2^32`);
    // Rejection keeps every value equally likely where 2^32 is no multiple of the bound.
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let drawn = bits();
    while (drawn >= limit) drawn = bits();
    return drawn % bound;
  };
  return {
    next,
    integer,
    chance: (probability) => next() < probability,
    uniform: (low, high) => low + (high - low) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffled: (items) => {
      const result = [...items];
      for (let i = result.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        const held = result[i];
        result[i] = result[j];
        result[j] = held;
      }
      return result;
    },
  };
}

function hash(text: string, basis: number): number {
  let h = 0x811c9dc5 ^ basis;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
