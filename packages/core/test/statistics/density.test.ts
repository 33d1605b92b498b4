import { readFileSync } from 'node:fs';
import { kernelDensity, scottBandwidth } from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

interface Case {
  values: number[];
  range: [number, number];
  bounds: { low?: number; high?: number };
  bandwidth: number;
  at: number[];
  density: number[];
}
const cases: Case[] = JSON.parse(
  readFileSync(new URL('../fixtures/density.json', import.meta.url), 'utf8'),
);

describe('kernelDensity', () => {
  test.each(cases)('$values.length values on $range as SciPy', (one) => {
    expect(scottBandwidth(one.values)).toBeCloseTo(one.bandwidth, 12);
    const { at, density } = kernelDensity(one.values, one.range, one.at.length, one.bounds);
    for (let n = 0; n < one.at.length; n++) {
      expect(at[n]).toBeCloseTo(one.at[n], 12);
      expect(density[n]).toBeCloseTo(one.density[n], 10);
    }
  });

  test('within bounds the area is 1, however the values lie', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(share, { minLength: 2, maxLength: 30 }), (values) => {
        // Reflected once at each end: a kernel may be as wide as a third of the range.
        const bandwidth = scottBandwidth(values);
        fc.pre(bandwidth > 0.02 && bandwidth < 0.3);
        const points = 2001;
        const { density } = kernelDensity(values, [0, 1], points, { low: 0, high: 1 });
        const ends = (density[0] + density[points - 1]) / 2;
        const area = (density.reduce((sum, d) => sum + d, 0) - ends) / (points - 1);
        expect(area).toBeGreaterThan(0.998);
        expect(area).toBeLessThan(1.0001);
      }),
    );
  });

  test('values that do not differ have no curve', () => {
    expect(scottBandwidth([])).toBe(0);
    expect(scottBandwidth([0.5])).toBe(0);
    expect(scottBandwidth([0.5, 0.5])).toBe(0);
    expect(() => kernelDensity([0.5, 0.5], [0, 1], 9)).toThrow('2 values that do not differ');
    expect(() => kernelDensity([], [0, 1], 9)).toThrow('0 values');
  });
});
