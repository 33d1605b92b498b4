import {
  detectInstances,
  type Point,
  type Polygon,
  polygonArea,
  rasteriseRings,
  ringArea,
  ringsOf,
  traceOutlines,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFixture, unpackMask } from '../packed-mask.js';

interface Case {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly mask: string;
  readonly outlines: number[][][];
}

const picture = fc
  .record({ width: fc.nat(18), height: fc.nat(18), share: fc.integer({ min: 0, max: 8 }) })
  .chain(({ width, height, share }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      mask: fc
        .array(fc.nat(7), { minLength: width * height, maxLength: width * height })
        .map((values) => Uint8Array.from(values, (value) => (value < share ? 1 : 0))),
    }),
  );

const rasterise = (polygons: readonly Polygon[], width: number, height: number) =>
  rasteriseRings(ringsOf(polygons), width, height);

/** [x, y, width, height, area] of what a ring encloses, in whole pixels. */
function extent(ring: readonly Point[]): number[] {
  const xs = ring.map(([x]) => x + 0.5);
  const ys = ring.map(([, y]) => y + 0.5);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return [x, y, Math.max(...xs) - x, Math.max(...ys) - y, Math.abs(ringArea(ring))];
}

const byNumbers = (a: number[], b: number[]) => {
  const at = a.findIndex((value, k) => value !== b[k]);
  return at < 0 ? 0 : a[at] - b[at];
};

describe('rings are those of cv2.findContours', () => {
  for (const { name, width, height, mask, outlines } of readFixture<Case[]>('outlines.json'))
    it(name, () => {
      const polygons = traceOutlines(unpackMask(mask, width * height), width, height);
      const found = polygons.map(({ outer, holes }) => [
        extent(outer),
        ...holes.map(extent).sort(byNumbers),
      ]);
      expect(found).toEqual(outlines);
    });
});

it('runs along pixel edges, clockwise on the image, a hole the other way', () => {
  expect(traceOutlines(Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1), 3, 3, [10, 20])).toEqual([
    {
      outer: [
        [9.5, 19.5],
        [12.5, 19.5],
        [12.5, 22.5],
        [9.5, 22.5],
      ],
      holes: [
        [
          [10.5, 21.5],
          [11.5, 21.5],
          [11.5, 20.5],
          [10.5, 20.5],
        ],
      ],
    },
  ]);
});

describe('any mask', () => {
  const holds = (check: (mask: Uint8Array, width: number, height: number) => void) =>
    fc.assert(
      fc.property(picture, ({ mask, width, height }) => check(mask, width, height)),
      { numRuns: 500 },
    );

  it('mask to polygons to mask to polygons is the identity', () =>
    holds((mask, width, height) => {
      const polygons = traceOutlines(mask, width, height);
      const back = rasterise(polygons, width, height);
      expect(back).toEqual(mask);
      expect(traceOutlines(back, width, height)).toEqual(polygons);
    }));

  it("a polygon's area is the number of its pixels, and each pixel is of one polygon", () =>
    holds((mask, width, height) => {
      const sum = new Uint8Array(mask.length);
      for (const polygon of traceOutlines(mask, width, height)) {
        const pixels = rasterise([polygon], width, height);
        expect(polygonArea(polygon)).toBe(pixels.reduce((count, pixel) => count + pixel, 0));
        pixels.forEach((pixel, at) => {
          sum[at] += pixel;
        });
      }
      expect(sum).toEqual(mask);
    }));

  it('rings are simple, turn at every vertex, and have the sign of their role', () =>
    holds((mask, width, height) => {
      for (const { outer, holes } of traceOutlines(mask, width, height)) {
        expect(ringArea(outer)).toBeGreaterThan(0);
        for (const hole of holes) expect(ringArea(hole)).toBeLessThan(0);
        for (const ring of [outer, ...holes]) {
          // Horizontal and vertical sides take turns.
          ring.forEach(([x, y], i) => {
            const [nextX, nextY] = ring[(i + 1) % ring.length];
            const across = ring[0][1] === ring[1][1] ? i % 2 === 0 : i % 2 === 1;
            expect(across ? y === nextY && x !== nextX : x === nextX && y !== nextY).toBe(true);
          });
          // Passing no lattice point twice, a ring can neither touch nor cross itself.
          const passed = ring.flatMap(([x, y], i) =>
            latticePoints(x, y, ring[(i + 1) % ring.length]),
          );
          expect(new Set(passed).size).toBe(passed.length);
        }
      }
    }));

  it('no side is of two polygons', () =>
    holds((mask, width, height) => {
      const sides = ringsOf(traceOutlines(mask, width, height)).flatMap((ring) =>
        ring.flatMap(([x, y], i) => {
          const [toX, toY] = ring[(i + 1) % ring.length];
          const middle = [Math.sign(toX - x) / 2, Math.sign(toY - y) / 2];
          return latticePoints(x, y, [toX, toY]).map((point) => {
            const [px, py] = point.split(' ').map(Number);
            return `${px + middle[0]} ${py + middle[1]}`;
          });
        }),
      );
      expect(new Set(sides).size).toBe(sides.length);
    }));

  it('an instance of 8 neighbours, from its box: the same pixels at their place', () =>
    holds((mask, width, height) => {
      const probability = Float32Array.from(mask);
      const options = { cutoff: 0.5, connectivity: 8 } as const;
      const all = detectInstances(probability, width, height, options).flatMap(
        ({ mask: cropped, box, area }) => {
          const polygons = traceOutlines(cropped, box.width, box.height, [box.x, box.y]);
          expect(polygons.reduce((sum, polygon) => sum + polygonArea(polygon), 0)).toBe(area);
          return polygons;
        },
      );
      expect(rasterise(all, width, height)).toEqual(mask);
    }));
});

/** Whole steps from a vertex up to, not with, the next. */
function latticePoints(x: number, y: number, [toX, toY]: Point): string[] {
  const steps = Math.abs(toX - x) + Math.abs(toY - y);
  const [dx, dy] = [(toX - x) / steps, (toY - y) / steps];
  return Array.from({ length: steps }, (_, k) => `${x + k * dx} ${y + k * dy}`);
}

it('refuses a mask of another length', () => {
  expect(() => traceOutlines(new Uint8Array(5), 3, 2)).toThrow(RangeError);
});

describe('rasteriseRings', () => {
  it('takes the pixels whose centres are inside, left and upper edges included', () => {
    const square: Point[] = [
      [1, 1],
      [3, 1],
      [3, 3],
      [1, 3],
    ];
    const on = (rings: Point[][]) =>
      [...rasteriseRings(rings, 5, 4)].flatMap((pixel, at) => (pixel ? [at] : []));
    expect(on([square])).toEqual([6, 7, 11, 12]);
    expect(on([[...square, square[0]].reverse()])).toEqual([6, 7, 11, 12]);
    expect(on([square, square])).toEqual([]);
  });

  it('rings that share an edge share no pixel and leave none out', () => {
    const coordinate = fc.double({ min: -5, max: 20, noNaN: true });
    const point = fc.tuple(coordinate, coordinate);
    fc.assert(
      fc.property(point, point, point, point, (a, b, c, d) => {
        const whole = rasteriseRings([[a, b, c, d]], 16, 15);
        const first = rasteriseRings([[a, b, c]], 16, 15);
        const second = rasteriseRings([[c, d, a]], 16, 15);
        expect(first.map((pixel, at) => pixel ^ second[at])).toEqual(whole);
      }),
    );
  });

  it('far outside costs nothing; what is not finite is refused', () => {
    const far: Point[] = [
      [-1e12, -1e12],
      [1e12, -1e12],
      [1e12, 1e12],
      [-1e12, 1e12],
    ];
    expect(rasteriseRings([far], 3, 2)).toEqual(new Uint8Array(6).fill(1));
    expect(rasteriseRings([far], 0, 2)).toEqual(new Uint8Array(0));
    expect(() => rasteriseRings([[[0, Number.NaN]]], 3, 2)).toThrow('is not finite');
  });
});
