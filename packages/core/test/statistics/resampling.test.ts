import { readFileSync } from 'node:fs';
import {
  bootstrapInterval,
  meanOf,
  normalDistribution,
  normalQuantile,
  pairedTest,
  quantileOf,
  randomStream,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

interface Fixture {
  bootstraps: {
    seed: number;
    level: number;
    resamples: number;
    statistic: 'mean' | 'squares';
    values?: number[];
    clusters?: number[][];
    low: number;
    high: number;
  }[];
  pairs: { a: number[]; b: number[]; meanDifference: number; scipy: number; pValue: number }[];
  quantiles: { values: number[]; probability: number; quantile: number }[];
  distribution: [number, number][];
  quantile: [number, number][];
}
const fixture: Fixture = JSON.parse(
  readFileSync(new URL('../fixtures/resampling.json', import.meta.url), 'utf8'),
);

const squares = (values: readonly number[]) =>
  values.reduce((sum, v) => sum + v * v, 0) / values.reduce((sum, v) => sum + v, 0);

describe('bootstrapInterval', () => {
  test.each(fixture.bootstraps)('BCa as SciPy, seed $seed, level $level, $statistic', (one) => {
    const items = (one.clusters ?? (one.values ?? []).map((value) => [value])).flatMap(
      (values, cluster) => values.map((value) => ({ value, cluster })),
    );
    const { seed, resamples, level } = one;
    const found = bootstrapInterval(
      items,
      (drawn) => (one.statistic === 'mean' ? meanOf : squares)(drawn.map((item) => item.value)),
      {
        seed,
        resamples,
        level,
        ...(one.clusters && { cluster: (item: (typeof items)[number]) => item.cluster }),
      },
    );
    expect(found?.low).toBeCloseTo(one.low, 10);
    expect(found?.high).toBeCloseTo(one.high, 10);
  });

  test('nothing to draw from: null', () => {
    expect(bootstrapInterval([], meanOf, { seed: 1 })).toBeNull();
    expect(bootstrapInterval([0.5], meanOf, { seed: 1 })).toBeNull();
    expect(bootstrapInterval([1, 2, 3], meanOf, { seed: 1, cluster: () => 'one' })).toBeNull();
    expect(bootstrapInterval([1, 2], () => null, { seed: 1 })).toBeNull();
    expect(bootstrapInterval([1, 2], () => Number.NaN, { seed: 1 })).toBeNull();
  });

  test('values that are all one have an interval of no length', () => {
    expect(bootstrapInterval([0.25, 0.25, 0.25], meanOf, { seed: 1 })).toEqual({
      low: 0.25,
      high: 0.25,
    });
  });

  test('a statistic that resamples never reach above falls back to percentiles', () => {
    const smallest = (values: readonly number[]) => -Math.max(...values);
    const found = bootstrapInterval([1, 2, 3, 4, 5], (v) => smallest(v) - 1e-9 * v.length, {
      seed: 1,
    });
    expect(found?.low).toBeCloseTo(-5, 6);
    expect(found?.high).toBeLessThan(-1);
  });

  test('resamples without value are left out', () => {
    // The share among the positive: no value where a resample drew none of them.
    const share = (values: readonly number[]) => meanOf(values.filter((v) => v > 0));
    const found = bootstrapInterval([0, 0, 0, 0.4, 0.6], share, { seed: 1 });
    expect(found?.low).toBeGreaterThanOrEqual(0.4);
    expect(found?.high).toBeLessThanOrEqual(0.6);
  });

  test('ends lie within the data, in order, and do not change from call to call', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2 }), (v) => {
        const draw = () => bootstrapInterval(v, meanOf, { seed: 7, resamples: 100 });
        const found = draw();
        expect(found).toEqual(draw());
        if (found === null) throw new Error('no interval');
        expect(found.low).toBeLessThanOrEqual(found.high);
        expect(found.low).toBeGreaterThanOrEqual(Math.min(...v) - 1e-12);
        expect(found.high).toBeLessThanOrEqual(Math.max(...v) + 1e-12);
      }),
      { numRuns: 60 },
    );
  });

  test('covers the true mean of a skewed quantity about as often as it says', () => {
    const random = randomStream(3, 'coverage');
    let covered = 0;
    for (let trial = 0; trial < 300; trial++) {
      const values = Array.from({ length: 40 }, () => -Math.log(1 - random.next()));
      const found = bootstrapInterval(values, meanOf, { seed: trial, resamples: 200, level: 0.9 });
      if (found !== null && found.low <= 1 && found.high >= 1) covered++;
    }
    expect(covered / 300).toBeGreaterThan(0.84);
    expect(covered / 300).toBeLessThan(0.95);
  });

  test('refuses options that mean nothing', () => {
    expect(() => bootstrapInterval([1, 2], meanOf, { seed: 1, resamples: 10 })).toThrow(
      '10 resamples; at least 100',
    );
    expect(() => bootstrapInterval([1, 2], meanOf, { seed: 1, level: 95 })).toThrow('level 95');
  });
});

describe('pairedTest', () => {
  test.each(fixture.pairs)('as SciPy, $a.length pairs', (one) => {
    const found = pairedTest(one.a, one.b, { seed: 3 });
    expect(found.pairs).toBe(one.a.length);
    expect(found.meanDifference).toBeCloseTo(one.meanDifference, 12);
    expect(found.pValue).toBeCloseTo(one.pValue, 12);
    // SciPy drew other patterns where there are too many to try: four standard errors.
    expect(Math.abs((found.pValue ?? 0) - one.scipy)).toBeLessThan(
      4 * Math.sqrt((one.scipy * (1 - one.scipy)) / 9999) + 2e-4,
    );
  });

  test('without pairs and with one there is no test', () => {
    expect(pairedTest([], [], { seed: 1 })).toEqual({
      pairs: 0,
      meanDifference: null,
      interval: null,
      pValue: null,
    });
    expect(pairedTest([0.5], [0.75], { seed: 1 })).toEqual({
      pairs: 1,
      meanDifference: 0.25,
      interval: null,
      pValue: null,
    });
  });

  test('equal values: no difference, certain', () => {
    const values = [0.1, 0.2, 0.3];
    expect(pairedTest(values, values, { seed: 1 })).toEqual({
      pairs: 3,
      meanDifference: 0,
      interval: { low: 0, high: 0 },
      pValue: 1,
    });
  });

  test('exchanged sides change the sign and nothing else of the p-value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ max: 9, min: 0 }), fc.integer({ max: 9, min: 0 })), {
          minLength: 2,
          maxLength: 10,
        }),
        (pairs) => {
          const a = pairs.map(([one]) => one);
          const b = pairs.map(([, other]) => other);
          const [forth, back] = [pairedTest(a, b, { seed: 1 }), pairedTest(b, a, { seed: 1 })];
          expect(back.pValue).toBe(forth.pValue);
          expect(back.meanDifference).toBeCloseTo(-(forth.meanDifference ?? Number.NaN), 12);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('refuses sides of different lengths and values that are none', () => {
    expect(() => pairedTest([1], [1, 2], { seed: 1 })).toThrow('1 values against 2');
    expect(() => pairedTest([1, Number.NaN], [1, 2], { seed: 1 })).toThrow('pair 1 is NaN, 2');
  });
});

describe('normal distribution', () => {
  test.each(fixture.distribution)('up to %d as SciPy', (z, expected) => {
    expect(Math.abs(normalDistribution(z) - expected)).toBeLessThan(1e-15);
  });

  test.each(fixture.quantile)('quantile at %d as SciPy', (probability, expected) => {
    expect(Math.abs(normalQuantile(probability) - expected)).toBeLessThan(
      1e-13 * (1 + Math.abs(expected)),
    );
  });

  test('ends and what lies beyond', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(() => normalQuantile(1.5)).toThrow('1.5');
    expect(normalDistribution(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(normalDistribution(Number.POSITIVE_INFINITY)).toBe(1);
  });
});

test.each(fixture.quantiles)('quantile $probability of $values.length as NumPy', (one) => {
  expect(quantileOf(one.values, one.probability)).toBeCloseTo(one.quantile, 12);
});
