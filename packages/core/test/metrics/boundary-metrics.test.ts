import { boundaryDistances, boundaryF, hausdorffDistance } from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyMask } from '../masks.js';
import { readFixture, unpackMask } from '../packed-mask.js';

interface Case {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly truth: string;
  readonly prediction: string;
  readonly boundaryPixels: [truth: number, prediction: number];
  readonly f: {
    tolerance: number;
    precision: number | null;
    recall: number | null;
    f: number | null;
  }[];
  readonly hausdorff: [quantile: number, distance: number | null][];
}

const close = (value: number | null) => (value === null ? null : expect.closeTo(value, 12));

describe('against SciPy', () => {
  for (const one of readFixture<Case[]>('boundary-metrics.json'))
    it(`${one.name}, ${one.width} x ${one.height}`, () => {
      const { width, height } = one;
      const [truth, prediction] = [one.truth, one.prediction].map((packed) =>
        unpackMask(packed, width * height),
      );
      const distances = boundaryDistances(truth, prediction, width, height);
      expect([distances.ofTruth.length, distances.ofPrediction.length]).toEqual(one.boundaryPixels);
      for (const { tolerance, precision, recall, f } of one.f)
        expect(boundaryF(distances, tolerance)).toEqual({ precision, recall, f: close(f) });
      for (const [quantile, distance] of one.hausdorff)
        expect(hausdorffDistance(distances, quantile)).toEqual(close(distance));
    });
});

const rows = (...text: string[]) => Uint8Array.from(text.join(''), Number);

it('by hand: a square of 3 and the same one a pixel to the right', () => {
  const truth = rows('000000', '011100', '011100', '011100', '000000');
  const prediction = rows('000000', '001110', '001110', '001110', '000000');
  const distances = boundaryDistances(truth, prediction, 6, 5);
  // Each boundary is a ring of 8. Of the truth's, the left column and the middle of the right one
  // are at 1; the prediction's ring holds the other four.
  expect([...distances.ofTruth]).toEqual([1, 0, 0, 1, 1, 1, 0, 0]);
  expect(boundaryF(distances, 0)).toEqual({ precision: 0.5, recall: 0.5, f: 0.5 });
  expect(boundaryF(distances, 1).f).toBe(1);
  expect(hausdorffDistance(distances)).toBe(1);
});

it('by hand: the 95th percentile lets one pixel of 21 go', () => {
  // A line of 21 pixels against itself and a speck 5 below its end: 22 distances back, the last 5.
  const truth = rows('1'.repeat(21), ...Array(5).fill('0'.repeat(21)));
  const prediction = truth.slice();
  prediction[5 * 21 + 20] = 1;
  const distances = boundaryDistances(truth, prediction, 21, 6);
  expect(hausdorffDistance(distances, 1)).toBe(5);
  // At 0.95 * 21 = 19.95 of the order from 0 to 21, where distances are 0 up to the 20th.
  expect(hausdorffDistance(distances)).toBe(0);
  // At 0.99 * 21 = 20.79: 0.79 of the way from 0 to 5.
  expect(hausdorffDistance(distances, 0.99)).toBeCloseTo(3.95, 12);
});

const pairs = anyMask(9).chain(({ width, height, mask: truth }) =>
  fc.record({
    width: fc.constant(width),
    height: fc.constant(height),
    truth: fc.constant(truth),
    prediction: fc.uint8Array({ max: 1, minLength: truth.length, maxLength: truth.length }),
  }),
);

it('swapping the masks swaps precision and recall; a greater tolerance never lowers F', () => {
  fc.assert(
    fc.property(pairs, ({ truth, prediction, width, height }) => {
      const there = boundaryDistances(truth, prediction, width, height);
      const back = boundaryDistances(prediction, truth, width, height);
      expect(hausdorffDistance(back)).toBe(hausdorffDistance(there));
      let before = -1;
      for (const tolerance of [0, 1, 1.5, 4, 20]) {
        const score = boundaryF(there, tolerance);
        const { precision, recall, f } = boundaryF(back, tolerance);
        expect([score.precision, score.recall, score.f]).toEqual([recall, precision, f]);
        expect(f ?? 0).toBeGreaterThanOrEqual(before);
        before = f ?? 0;
      }
    }),
  );
});

it('F is 1 at the Hausdorff distance and not before; a mask against itself is 1 and 0', () => {
  fc.assert(
    fc.property(pairs, ({ truth, prediction, width, height }) => {
      const distances = boundaryDistances(truth, prediction, width, height);
      const whole = hausdorffDistance(distances, 1);
      if (whole !== null) {
        expect(boundaryF(distances, whole).f).toBe(1);
        if (whole > 0) expect(boundaryF(distances, whole - 1e-6).f).toBeLessThan(1);
      }
      const itself = boundaryDistances(truth, truth, width, height);
      const some = itself.ofTruth.length > 0;
      expect(boundaryF(itself, 0).f).toBe(some ? 1 : null);
      expect(hausdorffDistance(itself)).toBe(some ? 0 : null);
    }),
  );
});

it('refuses sizes that do not agree, and a tolerance or quantile out of range', () => {
  const mask = new Uint8Array(6);
  expect(() => boundaryDistances(mask, new Uint8Array(5), 3, 2)).toThrow('truth of 6 pixels');
  expect(() => boundaryDistances(mask, mask, 3, 3)).toThrow('width 3 x height 3 = 9');
  const distances = boundaryDistances(mask, mask, 3, 2);
  for (const tolerance of [-1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => boundaryF(distances, tolerance)).toThrow(`tolerance ${tolerance}`);
  expect(() => hausdorffDistance(distances, 95)).toThrow('95 is outside 0 to 1');
});
