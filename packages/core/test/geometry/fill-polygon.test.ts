import { fillPolygon, fillPolygons, type Point } from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFixture, unpackMask } from '../packed-mask.js';

interface Case {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly points: Point[];
  readonly mask: string;
}

const size = fc.integer({ min: 1, max: 24 });
const point = (reach: number): fc.Arbitrary<Point> =>
  fc.tuple(fc.integer({ min: -reach, max: reach }), fc.integer({ min: -reach, max: reach }));
const ring = (reach: number): fc.Arbitrary<Point[]> =>
  fc.array(point(reach), { minLength: 1, maxLength: 12 });
/** Sides along rows, columns and diagonals only: clipping to whole pixels cannot bend them. */
const straightRing = fc
  .array(fc.tuple(fc.constantFrom(-1, 0, 1), fc.constantFrom(-1, 0, 1), fc.nat(15)), {
    minLength: 1,
    maxLength: 10,
  })
  .map((steps) => {
    const points: Point[] = [[4, 5]];
    for (const [dx, dy, length] of steps) {
      const [x, y] = points[points.length - 1];
      points.push([x + dx * length, y + dy * length]);
    }
    // Back by the way it came, so that the closing side is straight as well.
    return [...points, ...points.slice(1, -1).reverse()];
  });

function fill(points: readonly Point[], width: number, height: number): Uint8Array {
  return fillPolygons([points], width, height);
}

function crop(mask: Uint8Array, from: number, x: number, y: number, width: number, height: number) {
  return Uint8Array.from(
    { length: width * height },
    (_, at) => mask[(y + Math.floor(at / width)) * from + x + (at % width)],
  );
}

describe('fillPolygon equals cv2.fillPoly', () => {
  for (const { name, width, height, points, mask } of readFixture<Case[]>('polygon-masks.json'))
    it(name, () => {
      expect(fill(points, width, height)).toEqual(unpackMask(mask, width * height));
    });
});

describe('fillPolygon', () => {
  it('does nothing for a ring without points, or a mask without pixels', () => {
    expect(fill([], 3, 2)).toEqual(new Uint8Array(6));
    expect(fill([[0, 0]], 0, 7)).toEqual(new Uint8Array(0));
    expect(fill([[0, 0]], 7, 0)).toEqual(new Uint8Array(0));
  });

  it('has every vertex that lies in the mask', () => {
    fc.assert(
      fc.property(ring(30), size, size, (points, width, height) => {
        const mask = fill(points, width, height);
        for (const [x, y] of points)
          if (x >= 0 && x < width && y >= 0 && y < height) expect(mask[y * width + x]).toBe(1);
      }),
    );
  });

  it('has its outline, walked either way and from any vertex', () => {
    fc.assert(
      fc.property(ring(12), fc.nat(11), (points, first) => {
        const moved = points.map(([x, y]): Point => [x + 12, y + 12]);
        const mask = fill(moved, 25, 25);
        const turned = [...moved.slice(first), ...moved.slice(0, first)].reverse();
        expect(fill(turned, 25, 25)).toEqual(mask);
        const outline = fillPolygons(
          moved.map((corner, i) => [corner, moved[(i + 1) % moved.length]]),
          25,
          25,
        );
        expect(outline.every((value, at) => value <= mask[at])).toBe(true);
      }),
    );
  });

  it('moves with its points, while it stays inside', () => {
    fc.assert(
      fc.property(ring(8), fc.nat(8), fc.nat(8), (points, dx, dy) => {
        const at = (x: number, y: number) =>
          fill(
            points.map(([px, py]): Point => [px + 8 + x, py + 8 + y]),
            25,
            25,
          );
        expect(crop(at(dx, dy), 25, dx, dy, 17, 17)).toEqual(crop(at(0, 0), 25, 0, 0, 17, 17));
      }),
    );
  });

  it('is the crop of the polygon on a larger canvas, where clipping cannot bend a side', () => {
    fc.assert(
      fc.property(straightRing, size, size, (points, width, height) => {
        const reach = 160;
        const side = 2 * reach + 24;
        const moved = points.map(([x, y]): Point => [x + reach, y + reach]);
        const whole = crop(fill(moved, side, side), side, reach, reach, width, height);
        expect(fill(points, width, height)).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it('is within one pixel of that crop otherwise, and equal to it off the outline', () => {
    fc.assert(
      fc.property(ring(40), size, size, (points, width, height) => {
        const side = 81;
        const moved = points.map(([x, y]): Point => [x + 40, y + 40]);
        const outline = fillPolygons(
          moved.map((corner, i) => [corner, moved[(i + 1) % moved.length]]),
          side,
          side,
        );
        const whole = fill(moved, side, side);
        const mask = fill(points, width, height);
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) {
            if (mask[y * width + x] === whole[(y + 40) * side + x + 40]) continue;
            let near = false;
            for (let dy = -1; dy <= 1; dy++)
              for (let dx = -1; dx <= 1; dx++)
                near ||= outline[(y + 40 + dy) * side + x + 40 + dx] === 1;
            expect(near).toBe(true);
          }
      }),
    );
  });

  it('keeps what the mask has', () => {
    const mask = Uint8Array.from([1, 0, 0, 0, 0, 1]);
    fillPolygon([[1, 0]], 3, 2, mask);
    expect([...mask]).toEqual([1, 1, 0, 0, 0, 1]);
  });

  it('rounds to the nearest whole pixel, halves up', () => {
    const mask = (x: number) => [...fill([[x, 0]], 4, 1)];
    expect(mask(1.49)).toEqual([0, 1, 0, 0]);
    expect(mask(1.5)).toEqual([0, 0, 1, 0]);
    expect(mask(-0.5)).toEqual([1, 0, 0, 0]);
    expect(mask(-0.51)).toEqual([0, 0, 0, 0]);
  });

  it('refuses a mask of another size and coordinates that are none', () => {
    expect(() => fillPolygon([[0, 0]], 3, 2, new Uint8Array(5))).toThrow(
      'mask of 5 pixels for width 3 x height 2 = 6',
    );
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, -(2 ** 31) - 1])
      expect(() => fill([[0, value]], 3, 2)).toThrow(RangeError);
  });

  it('draws between the farthest points there can be', () => {
    const far = 2 ** 31 - 1;
    const line = fill(
      [
        [-far, -far],
        [far, far],
      ],
      5,
      5,
    );
    expect([...line]).toEqual(Array.from({ length: 25 }, (_, at) => (at % 6 === 0 ? 1 : 0)));
  });
});

describe('fillPolygons', () => {
  it('is the union of its rings, so that overlaps are no holes', () => {
    fc.assert(
      fc.property(fc.array(ring(30), { maxLength: 5 }), size, size, (rings, width, height) => {
        const masks = rings.map((points) => fill(points, width, height));
        const union = Uint8Array.from({ length: width * height }, (_, at) =>
          masks.some((mask) => mask[at] === 1) ? 1 : 0,
        );
        expect(fillPolygons(rings, width, height)).toEqual(union);
      }),
    );
  });

  it('adds to a mask it is given and returns it', () => {
    const into = Uint8Array.from([0, 1]);
    expect(fillPolygons([[[0, 0]]], 2, 1, into)).toBe(into);
    expect([...into]).toEqual([1, 1]);
  });
});
