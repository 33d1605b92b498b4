import { dilate, erode, fillHoles, squaredDistance } from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyMask } from '../masks.js';
import { readFixture, unpackMask } from '../packed-mask.js';

interface Case {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly mask: string;
  readonly squared: number[];
  readonly discs: { readonly radius: number; readonly dilated: string; readonly eroded: string }[];
  readonly filled: Record<'4' | '8', { readonly all: string; readonly small: string }>;
}

const cases = readFixture<Case[]>('mask-geometry.json').map((one) => ({
  ...one,
  mask: unpackMask(one.mask, one.width * one.height),
  unpack: (hexadecimal: string) => unpackMask(hexadecimal, one.width * one.height),
}));

describe('squaredDistance', () => {
  for (const { name, width, height, mask, squared } of cases)
    it(`equals scipy.ndimage.distance_transform_edt: ${name}, ${width} x ${height}`, () => {
      expect([...squaredDistance(mask, width, height)]).toEqual(squared);
    });

  it('is the least squared distance to a pixel that is 0, or width² + height²', () => {
    fc.assert(
      fc.property(anyMask(9), ({ mask, width, height }) => {
        const found = squaredDistance(mask, width, height);
        for (let at = 0; at < mask.length; at++) {
          let least = width ** 2 + height ** 2;
          for (let to = 0; to < mask.length; to++)
            if (mask[to] === 0) {
              const across = (to % width) - (at % width);
              const down = Math.floor(to / width) - Math.floor(at / width);
              least = Math.min(least, across ** 2 + down ** 2);
            }
          expect(found[at]).toBe(least);
        }
      }),
    );
  });

  it('refuses a mask of another size, and sizes whose distances are no int32', () => {
    expect(() => squaredDistance(new Uint8Array(5), 3, 2)).toThrow(
      'mask of 5 pixels for width 3 x height 2 = 6',
    );
    expect(() => squaredDistance(new Uint8Array(46341), 46341, 1)).toThrow('too large');
  });
});

describe('dilate and erode', () => {
  for (const { name, width, height, mask, discs, unpack } of cases)
    it(`equal SciPy and OpenCV with a disc: ${name}, ${width} x ${height}`, () => {
      for (const { radius, dilated, eroded } of discs) {
        expect(dilate(mask, width, height, radius)).toEqual(unpack(dilated));
        expect(erode(mask, width, height, radius)).toEqual(unpack(eroded));
      }
    });

  it('leave an empty and a full mask as they are, however large the radius', () => {
    const full = new Uint8Array(12).fill(1);
    expect(erode(full, 4, 3, 1e9)).toEqual(full);
    expect(dilate(new Uint8Array(12), 4, 3, 1e9)).toEqual(new Uint8Array(12));
  });

  it('refuse a radius that is no number of pixels', () => {
    for (const radius of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => dilate(new Uint8Array(6), 3, 2, radius)).toThrow(`radius ${radius} is not`);
      expect(() => erode(new Uint8Array(6), 3, 2, radius)).toThrow(`radius ${radius} is not`);
    }
  });
});

describe('fillHoles', () => {
  for (const { name, width, height, mask, filled, unpack } of cases)
    it(`equals scipy.ndimage.binary_fill_holes: ${name}, ${width} x ${height}`, () => {
      for (const connectivity of [4, 8] as const) {
        const { all, small } = filled[connectivity];
        expect(fillHoles(mask, width, height, connectivity)).toEqual(unpack(all));
        expect(fillHoles(mask, width, height, connectivity, 3)).toEqual(unpack(small));
      }
    });
});
