import { IGNORED, measureVessels } from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFixture, unpackMask } from '../packed-mask.js';

interface Case {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly mask: string;
  readonly widths: number[];
  readonly vessels: [area: number, greatest: number][];
}

const sortedWidths = (widths: ReadonlyMap<number, number>) =>
  [...widths]
    .flatMap(([width, count]) => Array.from({ length: count }, () => width))
    .sort((a, b) => a - b);

/** An upright or level strip in the middle of an image. */
function strip(across: number, isUpright: boolean, side = 40): Uint8Array {
  const first = Math.floor((side - across) / 2);
  return Uint8Array.from({ length: side ** 2 }, (_, at) => {
    const place = isUpright ? at % side : Math.floor(at / side);
    return Number(place >= first && place < first + across);
  });
}

describe('measureVessels', () => {
  for (const one of readFixture<Case[]>('vessel-measurements.json'))
    it(`measures what SciPy does: ${one.name}`, () => {
      const { width, height } = one;
      const found = measureVessels(unpackMask(one.mask, width * height), width, height);
      const widths = sortedWidths(found.widths);
      expect(widths).toHaveLength(one.widths.length);
      for (const [at, value] of widths.entries()) expect(value).toBeCloseTo(one.widths[at], 9);
      const vessels = found.areas.map((area, at) => [area, found.greatestWidths[at]]);
      vessels.sort(([a, wide], [b, wider]) => a - b || wide - wider);
      expect(vessels).toHaveLength(one.vessels.length);
      for (const [at, [area, greatest]] of vessels.entries()) {
        expect(area).toBe(one.vessels[at][0]);
        expect(greatest).toBeCloseTo(one.vessels[at][1], 9);
      }
      expect(found.vesselPixels).toBe(found.areas.reduce((sum, area) => sum + area, 0));
    });

  it('finds the width of upright and level strips, odd or even', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.boolean(), (across, isUpright) => {
        const { widths, greatestWidths } = measureVessels(strip(across, isUpright), 40, 40);
        expect([...widths.keys()]).toEqual([across]);
        expect(greatestWidths).toEqual([across]);
      }),
    );
  });

  it('of an image full of vessel gives its smaller side', () => {
    const { widths, areas } = measureVessels(new Uint8Array(12 * 20).fill(1), 12, 20);
    expect([...widths.keys()]).toEqual([12]);
    expect(areas).toEqual([240]);
  });

  it('counts ignored pixels apart from vessels', () => {
    const truth = Uint8Array.from([1, 1, 0, IGNORED, IGNORED, IGNORED]);
    const found = measureVessels(truth, 3, 2);
    expect(found).toMatchObject({ vesselPixels: 2, ignoredPixels: 3, areas: [2] });
    expect(measureVessels(Uint8Array.from([0, IGNORED]), 2, 1)).toMatchObject({
      vesselPixels: 0,
      ignoredPixels: 1,
      areas: [],
    });
  });
});
