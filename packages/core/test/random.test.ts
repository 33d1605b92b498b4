import { readFileSync } from 'node:fs';
import { randomStream } from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const fixture: { key: (number | string)[]; bits: number[] }[] = JSON.parse(
  readFileSync(new URL('./fixtures/random.json', import.meta.url), 'utf8'),
);

test.each(fixture)('sfc32 as in the reference, key $key', ({ key, bits }) => {
  const random = randomStream(...key);
  expect(bits.map(() => random.next() * 2 ** 32)).toEqual(bits);
});

/** Sum of (observed - expected)^2 / expected; of k cells it is k - 1 on average. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, n) => sum + n, 0) / counts.length;
  return counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
}

/** Of 255 degrees of freedom, passed by chance once in a million runs; the draws are fixed. */
const limit255 = 375;

describe('uniform', () => {
  test('within a stream, by the highest and by the lowest eight bits', () => {
    const random = randomStream(1, 'uniform');
    const high = new Array<number>(256).fill(0);
    const low = new Array<number>(256).fill(0);
    for (let draw = 0; draw < 100_000; draw++) {
      const bits = random.next() * 2 ** 32;
      high[bits >>> 24]++;
      low[bits & 255]++;
    }
    expect(chiSquare(high)).toBeLessThan(limit255);
    expect(chiSquare(low)).toBeLessThan(limit255);
  });

  test('over the first draw of streams with near keys', () => {
    const counts = new Array<number>(256).fill(0);
    for (let epoch = 0; epoch < 20; epoch++)
      for (let item = 0; item < 1000; item++)
        counts[Math.floor(256 * randomStream(1, epoch, item, 'crop').next())]++;
    expect(chiSquare(counts)).toBeLessThan(limit255);
  });

  test('integers of a bound that does not divide 2^32', () => {
    const random = randomStream(2, 'integer');
    const counts = new Array<number>(7).fill(0);
    for (let draw = 0; draw < 70_000; draw++) counts[random.integer(7)]++;
    expect(chiSquare(counts)).toBeLessThan(38);
    // Without rejection values under 2^30 would be met twice as often: half of the draws.
    const large = Array.from({ length: 4000 }, () => random.integer(3 * 2 ** 30));
    const share = large.filter((v) => v < 2 ** 30).length / large.length;
    expect(Math.abs(share - 1 / 3)).toBeLessThan(0.03);
  });

  test('all 24 orders of four items are as likely', () => {
    const counts = new Map<string, number>();
    for (let item = 0; item < 24_000; item++) {
      const order = randomStream(item, 'order').shuffled([0, 1, 2, 3]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquare([...counts.values()])).toBeLessThan(68);
  });
});

describe('independent', () => {
  const draws = 20_000;
  const cells = (a: (k: number) => number, b: (k: number) => number) => {
    const counts = new Array<number>(256).fill(0);
    for (let k = 0; k < draws; k++) counts[16 * Math.floor(16 * a(k)) + Math.floor(16 * b(k))]++;
    return chiSquare(counts);
  };

  test('streams that differ in purpose only', () => {
    const first = (purpose: string) => (item: number) => randomStream(1, item, purpose).next();
    expect(cells(first('crop'), first('augmentation'))).toBeLessThan(limit255);
    const crop = randomStream(1, 'crop');
    const augmentation = randomStream(1, 'augmentation');
    expect(cells(crop.next, augmentation.next)).toBeLessThan(limit255);
  });

  test('streams of neighbouring items, epochs and seeds', () => {
    const draw = (...key: number[]) => randomStream(...key).next();
    const pairs = [
      cells(
        (k) => draw(1, 1, k),
        (k) => draw(1, 1, k + 1),
      ),
      cells(
        (k) => draw(1, 1, k),
        (k) => draw(1, 2, k),
      ),
      cells(
        (k) => draw(1, 1, k),
        (k) => draw(2, 1, k),
      ),
    ];
    for (const pair of pairs) expect(pair).toBeLessThan(limit255);
  });

  test('a draw and the next', () => {
    const random = randomStream(5);
    expect(cells(random.next, random.next)).toBeLessThan(limit255);
  });
});

describe('a key', () => {
  test('names one stream, and no other does', () => {
    const first = (...key: (number | string)[]) => {
      const random = randomStream(...key);
      return [random.next(), random.next(), random.next()];
    };
    expect(first(1, 2, 'crop')).toEqual(first(1, 2, 'crop'));
    const keys = [[1, 2], [12], ['1', 2], [1, '2'], ['1,2'], [2, 1], [1], [], ['']];
    expect(new Set(keys.map((key) => String(first(...key)))).size).toBe(keys.length);
  });

  test('is no number that JSON does not know', () => {
    expect(() => randomStream(Number.NaN, 1)).toThrow('NaN in the key [NaN, 1]');
    expect(() => randomStream(1, Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });
});

test('a shuffle is a permutation and leaves its argument', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.integer()), (seed, items) => {
      const copy = [...items];
      const shuffled = randomStream(seed).shuffled(items);
      expect(items).toEqual(copy);
      expect(shuffled.toSorted()).toEqual(copy.toSorted());
    }),
  );
});

test('normal: mean, variance, skewness and kurtosis', () => {
  const random = randomStream(3, 'normal');
  const values = Array.from({ length: 50_000 }, () => random.normal());
  const moment = (order: number) => values.reduce((sum, v) => sum + v ** order, 0) / values.length;
  expect(Math.abs(moment(1))).toBeLessThan(0.02);
  expect(Math.abs(moment(2) - 1)).toBeLessThan(0.03);
  expect(Math.abs(moment(3))).toBeLessThan(0.06);
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.2);
});

test('ranges', () => {
  const random = randomStream(4);
  for (let draw = 0; draw < 2000; draw++) {
    const value = random.uniform(-3, 5);
    expect(value >= -3 && value < 5).toBe(true);
  }
  expect(random.chance(0)).toBe(false);
  expect(random.chance(1)).toBe(true);
  expect(random.integer(1)).toBe(0);
  expect(random.integer(2 ** 32)).toBeLessThan(2 ** 32);
  for (const bound of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN])
    expect(() => random.integer(bound)).toThrow(`bound ${bound}`);
});
