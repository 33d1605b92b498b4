import {
  fillPolygon,
  fillPolygons,
  instancesOfOutlines,
  type Point,
  unionMask,
} from '@vascula/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const anyOutline = fc.array(
  fc.tuple(
    fc.double({ min: -6, max: 14, noNaN: true }),
    fc.double({ min: -6, max: 14, noNaN: true }),
  ),
  { minLength: 3, maxLength: 6 },
);

test('instances of polygons have each the pixels of their own outline, all together those of all', () => {
  fc.assert(
    fc.property(
      fc.array(anyOutline, { maxLength: 4 }),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 10 }),
      (outlines: Point[][], width, height) => {
        const instances = instancesOfOutlines(outlines, width, height);
        const drawn = outlines
          .map((outline) => {
            const mask = new Uint8Array(width * height);
            fillPolygon(outline, width, height, mask);
            return mask;
          })
          .filter((mask) => mask.includes(1));
        expect(instances.map((one) => unionMask([one], width, height))).toEqual(drawn);
        expect(instances.map(({ area }) => area)).toEqual(
          drawn.map((mask) => mask.reduce((sum, pixel) => sum + pixel, 0)),
        );
        expect(unionMask(instances, width, height)).toEqual(fillPolygons(outlines, width, height));
      },
    ),
  );
});

test('overlapping outlines stay two instances; nothing is in no instance', () => {
  const square: Point[] = [
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
  ];
  const moved = square.map(([x, y]): Point => [x + 1, y]);
  expect(instancesOfOutlines([square, moved], 4, 3)).toMatchObject([
    { box: { x: 0, y: 0, width: 3, height: 3 }, area: 9 },
    { box: { x: 1, y: 0, width: 3, height: 3 }, area: 9 },
  ]);
  const outside = square.map(([x, y]): Point => [x - 9, y + 9]);
  expect(instancesOfOutlines([outside], 4, 3)).toEqual([]);
  expect(unionMask([], 2, 1)).toEqual(new Uint8Array(2));
});
