import { calibrate, fitCalibration, isotonicRegression } from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFixture } from '../packed-mask.js';

interface Case {
  readonly name: string;
  readonly groups: [thousandths: number, hits: number, number: number][];
  readonly shares: number[];
  readonly points: [raw: number, calibrated: number][];
}

const cases = readFixture<Case[]>('isotonic.json');

describe('isotonicRegression', () => {
  for (const { name, groups, shares } of cases)
    it(`equals the max-min formula in fractions: ${name}`, () => {
      const blocks = isotonicRegression(groups.map(([, sum, weight]) => ({ sum, weight })));
      expect(blocks.flatMap(({ count, value }) => new Array(count).fill(value))).toEqual(shares);
      let first = 0;
      for (const block of blocks) {
        expect(block.first).toBe(first);
        first += block.count;
      }
    });

  it('is nothing for nothing', () => {
    expect(isotonicRegression([])).toEqual([]);
  });
});

describe('fitCalibration', () => {
  for (const { name, groups, points } of cases)
    it(`has a point at the middle of each level: ${name}`, () => {
      const detections = groups.flatMap(([thousandths, hits, number]) =>
        Array.from({ length: number }, (_, k) => ({
          confidence: thousandths / 1000,
          truePositive: k < hits,
        })),
      );
      const found = fitCalibration(detections.reverse());
      expect(found.map(([, calibrated]) => calibrated)).toEqual(points.map(([, share]) => share));
      found.forEach(([raw], k) => {
        expect(raw).toBeCloseTo(points[k][0], 12);
      });
    });

  it('refuses no detections and confidences that are not finite', () => {
    expect(() => fitCalibration([])).toThrow('a calibration of no detections');
    const wrong = { confidence: Number.NaN, truePositive: true };
    expect(() => fitCalibration([wrong, { ...wrong, confidence: 1 }])).toThrow(
      'confidence NaN of a detection is not a finite number',
    );
  });
});

describe('calibrate', () => {
  it('goes by straight lines between points and is constant beyond', () => {
    const points = [
      [0.2, 0.1],
      [0.4, 0.5],
      [0.8, 0.7],
    ] as const;
    const found = [0, 0.2, 0.3, 0.4, 0.7, 0.8, 1].map((raw) => calibrate(points, raw));
    [0.1, 0.1, 0.3, 0.5, 0.65, 0.7, 0.7].forEach((expected, k) => {
      expect(found[k]).toBeCloseTo(expected, 12);
    });
    expect(calibrate([[0.5, 0.25]], 0.1)).toBe(0.25);
    expect(calibrate([[0.5, 0.25]], 0.9)).toBe(0.25);
  });

  it('never reverses a ranking', () => {
    const detections = fc.array(
      fc.record({
        confidence: fc.double({ min: 0, max: 1, noNaN: true }),
        truePositive: fc.boolean(),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(detections, fc.double({ min: 0, max: 1, noNaN: true }), (pairs, raw) => {
        const calibration = fitCalibration(pairs);
        const all = [raw, ...pairs.map(({ confidence }) => confidence)].sort((a, b) => a - b);
        const calibrated = all.map((value) => calibrate(calibration, value));
        calibrated.forEach((value, k) => {
          expect(value).toBeGreaterThanOrEqual(k === 0 ? 0 : calibrated[k - 1]);
          expect(value).toBeLessThanOrEqual(1);
        });
      }),
    );
  });
});
