import { fillPolygons, instancesOfOutlines, type Point } from '@vascula/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const place = fc.double({ min: -6, max: 24, noNaN: true });
const anyRing = fc.array(fc.tuple(place, place), { maxLength: 7 }) as fc.Arbitrary<Point[]>;

test('each has the pixels that its outline alone draws, in a box, in the order given', () => {
  fc.assert(
    fc.property(
      fc.array(anyRing, { maxLength: 5 }),
      fc.integer({ min: 1, max: 19 }),
      fc.integer({ min: 1, max: 17 }),
      (outlines, width, height) => {
        const expected = outlines
          .map((outline) => fillPolygons([outline], width, height))
          .filter((mask) => mask.includes(1));
        const found = instancesOfOutlines(outlines, width, height);
        expect(found).toHaveLength(expected.length);
        found.forEach(({ box, mask, area }, k) => {
          const whole = new Uint8Array(width * height);
          for (let row = 0; row < box.height; row++)
            whole.set(
              mask.subarray(row * box.width, (row + 1) * box.width),
              (box.y + row) * width + box.x,
            );
          expect(whole).toEqual(expected[k]);
          expect(area).toBe(expected[k].reduce((sum, one) => sum + one, 0));
        });
      },
    ),
    { numRuns: 400 },
  );
});

test('outlines that overlap keep their pixels; one outside the image, or of no point, is none', () => {
  const square = (x: number): Point[] => [
    [x, 1],
    [x + 3, 1],
    [x + 3, 4],
    [x, 4],
  ];
  const found = instancesOfOutlines([square(1), square(3), square(20), []], 10, 10);
  expect(found.map(({ box, area }) => [box.x, area])).toEqual([
    [1, 16],
    [3, 16],
  ]);
  expect(instancesOfOutlines([square(1)], 0, 0)).toEqual([]);
  expect(() => instancesOfOutlines([[[Number.NaN, 1]]], 4, 4)).toThrow(RangeError);
});
