import { type Connectivity, connectedComponents, prominentPeaks, watershed } from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFixture } from '../packed-mask.js';

interface Case {
  readonly width: number;
  readonly height: number;
  readonly surface: number[];
  readonly runs: {
    readonly connectivity: Connectivity;
    readonly prominence: number;
    readonly peaks: number[];
    readonly labels: number[];
  }[];
}

const anySurface = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      surface: fc
        .array(fc.integer({ min: -1, max: 5 }), {
          minLength: width * height,
          maxLength: width * height,
        })
        .map((values) => Int32Array.from(values)),
      connectivity: fc.constantFrom<Connectivity[]>(4, 8),
    }),
  );

describe('prominentPeaks and watershed equal their definitions in Python', () => {
  readFixture<Case[]>('watershed.json').forEach(({ width, height, surface, runs }, k) => {
    it(`surface ${k}, ${width} x ${height}`, () => {
      const levels = Int32Array.from(surface);
      for (const { connectivity, prominence, peaks: expected, labels } of runs) {
        const found = prominentPeaks(levels, width, height, prominence, connectivity);
        expect(found).toEqual(expected);
        expect([...watershed(levels, width, height, found, connectivity)]).toEqual(labels);
      }
    });
  });
});

describe('prominentPeaks', () => {
  it('gives the best pixel of each component, and only those where the prominence is large', () => {
    fc.assert(
      fc.property(anySurface, ({ surface, width, height, connectivity }) => {
        const { labels, count } = connectedComponents(
          Uint8Array.from(surface, (value) => (value > 0 ? 1 : 0)),
          width,
          height,
          connectivity,
        );
        const best: number[] = [];
        surface.forEach((value, at) => {
          const label = labels[at];
          if (label > 0 && !(surface[best[label]] >= value)) best[label] = at;
        });
        const found = prominentPeaks(surface, width, height, 100, connectivity);
        expect(found.length).toBe(count);
        expect(new Set(found)).toEqual(new Set(best.filter((at) => at !== undefined)));
      }),
    );
  });

  it('refuses a surface of another size and a prominence that is not above 0', () => {
    expect(() => prominentPeaks(new Int32Array(5), 3, 2, 1, 8)).toThrow(
      'surface of 5 pixels for width 3 x height 2 = 6',
    );
    expect(() => prominentPeaks(new Int32Array(6), 3, 2, 0, 8)).toThrow(
      'prominence 0 is not above 0',
    );
  });
});

describe('watershed', () => {
  it('divides the surface: every pixel of a component with a marker, markers kept, labels connected', () => {
    fc.assert(
      fc.property(anySurface, fc.nat(3), ({ surface, width, height, connectivity }, every) => {
        const inside = [...surface.keys()].filter((at) => surface[at] > 0);
        const markers = inside.filter((_, k) => k % (every + 2) === 1).reverse();
        const labels = watershed(surface, width, height, markers, connectivity);
        markers.forEach((at, k) => {
          expect(labels[at]).toBe(k + 1);
        });
        const mask = Uint8Array.from(surface, (value) => (value > 0 ? 1 : 0));
        const components = connectedComponents(mask, width, height, connectivity).labels;
        const reached = new Set(markers.map((at) => components[at]));
        labels.forEach((label, at) => {
          expect(label > 0).toBe(surface[at] > 0 && reached.has(components[at]));
        });
        for (let label = 1; label <= markers.length; label++) {
          const one = Uint8Array.from(labels, (value) => (value === label ? 1 : 0));
          expect(connectedComponents(one, width, height, connectivity).count).toBe(1);
        }
      }),
    );
  });

  it('refuses a surface of another size, and markers outside or given twice', () => {
    const surface = Int32Array.from([1, 0, 2]);
    expect(() => watershed(surface, 2, 2, [], 8)).toThrow('surface of 3 pixels');
    for (const at of [1, 3, -1, 0.5])
      expect(() => watershed(surface, 3, 1, [2, at], 8)).toThrow(`marker 1 at ${at} is outside`);
    expect(() => watershed(surface, 3, 1, [2, 2], 8)).toThrow('marker 1 at 2 is given twice');
  });
});
