import {
  bootstrapInterval,
  type DrawnMetric,
  drawnIntervals,
  meanOf,
  randomStream,
} from '@vascula/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const weightedMean =
  (values: readonly number[]): DrawnMetric =>
  (counts) => {
    const drawn = values.flatMap((value, k) => new Array<number>(counts[k]).fill(value));
    return meanOf(drawn);
  };

test('the intervals are those of bootstrapInterval, by item and by cluster', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ value: fc.integer({ min: -20, max: 20 }), cluster: fc.nat(8) }), {
        maxLength: 12,
      }),
      fc.nat(99),
      fc.boolean(),
      (items, seed, clustered) => {
        const options = { seed, resamples: 200 };
        const values = items.map(({ value }) => value);
        const [first, second] = drawnIntervals(
          items.length,
          [weightedMean(values), weightedMean(values.map((value) => -value))],
          { ...options, ...(clustered && { cluster: (index) => items[index].cluster }) },
        );
        const expected = bootstrapInterval(items, (some) => meanOf(some.map((one) => one.value)), {
          ...options,
          ...(clustered && { cluster: ({ cluster }) => cluster }),
        });
        expect(first === null).toBe(expected === null);
        if (first === null || second === null || expected === null) return;
        expect(first.low).toBeCloseTo(expected.low, 9);
        expect(first.high).toBeCloseTo(expected.high, 9);
        expect(second.low).toBeCloseTo(-expected.high, 9);
        expect(second.high).toBeCloseTo(-expected.low, 9);
      },
    ),
    { numRuns: 60 },
  );
});

test('of many items the jackknife leaves out groups: the interval moves by less than its hundredth', () => {
  const random = randomStream(3, 'values');
  // Skewed: without the acceleration the upper end is off by ten times as much.
  const values = Array.from({ length: 1234 }, () => Math.exp(2 * random.normal()));
  const mean: DrawnMetric = (counts) => {
    const sum = counts.reduce((sum, count, k) => sum + count * values[k], 0);
    return sum / counts.reduce((sum, count) => sum + count, 0);
  };
  const options = { seed: 5, resamples: 2000 };
  const [drawn] = drawnIntervals(values.length, [mean], options);
  const expected = bootstrapInterval(values, meanOf, options);
  if (drawn === null || expected === null) throw new Error('no interval');
  const width = expected.high - expected.low;
  expect(Math.abs(drawn.low - expected.low)).toBeLessThan(width / 100);
  expect(Math.abs(drawn.high - expected.high)).toBeLessThan(width / 100);
});

test('a statistic without value has no interval, and takes none from the others', () => {
  const intervals = drawnIntervals(8, [() => null, weightedMean([1, 2, 3, 4, 5, 6, 7, 8])], {
    seed: 1,
  });
  expect(intervals[0]).toBeNull();
  expect(intervals[1]?.low).toBeLessThan(intervals[1]?.high ?? 0);
  expect(() => drawnIntervals(2, [], { seed: 1, resamples: 9 })).toThrow(RangeError);
});
