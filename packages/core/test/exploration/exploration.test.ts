import {
  colourBySlide,
  colourStatistics,
  countByGroup,
  exploreSplits,
  labelStatistics,
  type MeasuredTile,
  paintOutline,
  statisticsByGroup,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

// Held against NumPy and OpenCV, with groups and slides, in packages/vascula/test/explore; here what
// holds for any input.

const side = fc.integer({ min: 1, max: 12 });
const mask = (pixels: number) =>
  fc.uint8Array({ minLength: pixels, maxLength: pixels, max: 1 }).map((m) => Uint8Array.from(m));

describe('labels of a tile', () => {
  test('shares are counts of ones, and the vessels share out the vessel pixels', () => {
    const tile = fc.tuple(side, side).chain(([width, height]) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        vessel: mask(width * height),
        glomerulus: mask(width * height),
        unsure: mask(width * height),
      }),
    );
    fc.assert(
      fc.property(tile, ({ width, height, ...masks }) => {
        const found = labelStatistics(masks, width, height);
        const ones = (of: Uint8Array) => of.reduce((sum, value) => sum + value, 0);
        expect(found.positiveRatio).toBe(ones(masks.vessel) / (width * height));
        expect(found.glomerulusShare).toBe(ones(masks.glomerulus) / (width * height));
        expect(found.unsureShare).toBe(ones(masks.unsure) / (width * height));
        expect(found.totalVesselSize).toBe(ones(masks.vessel) / 1000);
        if (found.vessels === 0) expect(found.meanVesselSize).toBeNull();
        else
          expect((found.meanVesselSize as number) * found.vessels).toBeCloseTo(
            found.totalVesselSize,
            12,
          );
      }),
    );
  });

  test('a mask of another size is refused', () => {
    const right = new Uint8Array(6);
    const masks = { vessel: right, glomerulus: right, unsure: new Uint8Array(5) };
    expect(() => labelStatistics(masks, 3, 2)).toThrow(/unsure mask of 5 pixels for 3 x 2/);
  });
});

describe('colours of a tile', () => {
  test('a tile of one colour has that mean, no deviation, and its own optical density', () => {
    fc.assert(
      fc.property(
        fc.tuple(side, side),
        fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)),
        ([width, height], colour) => {
          const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => colour[at % 3]);
          const found = colourStatistics({ data, width, height });
          const density = (value: number) => -Math.log10(Math.max(value, 1) / 255);
          expect([found.meanRed, found.meanGreen, found.meanBlue]).toEqual(colour);
          expect(found.deviationRed + found.deviationGreen + found.deviationBlue).toBe(0);
          expect(found.densityRed).toBeCloseTo(density(colour[0]), 12);
          expect(found.densityGreen).toBeCloseTo(density(colour[1]), 12);
          expect(found.densityBlue).toBeCloseTo(density(colour[2]), 12);
          expect(found.clearShare).toBe(colour.every((value) => density(value) < 0.15) ? 1 : 0);
        },
      ),
    );
  });

  test('nothing has no colour', () => {
    expect(() => colourStatistics({ data: new Uint8Array(), width: 0, height: 4 })).toThrow(
      RangeError,
    );
    expect(() => colourStatistics({ data: new Uint8Array(5), width: 1, height: 2 })).toThrow(
      /5 values for 1 x 2 x 3/,
    );
  });
});

describe('groups', () => {
  test('without tiles there are none', () => {
    expect(countByGroup([])).toEqual([]);
    expect(statisticsByGroup([])).toEqual([]);
    expect(colourBySlide([])).toEqual([]);
  });

  test('one group is all there is; of several, all come last', () => {
    const entry = (id: string, source: number) => ({
      ...{ id, dataset: 1, source, i: 0, j: 0, files: 1 as const, labelled: 0 as const },
      ...{ vesselPolygons: 2, glomerulusPolygons: 0, unsurePolygons: 1 },
    });
    expect(countByGroup([entry('a', 10)]).map(({ source }) => source)).toEqual([10]);
    const counts = countByGroup([entry('a', 10), entry('b', 2)]);
    expect(counts.map(({ dataset, source, rows }) => [dataset, source, rows])).toEqual([
      [1, 2, 1],
      [1, 10, 1],
      ['all', null, 2],
    ]);
    expect(counts[2]).toMatchObject({ files: 2, labelled: 0, vesselPolygons: 4 });
  });

  test('a group without vessels has no mean size, and none of another group’s', () => {
    const tile = (source: number, vessels: number, meanVesselSize: number | null) =>
      ({ dataset: 1, source, labelled: 1, vessels, meanVesselSize }) as MeasuredTile;
    const found = statisticsByGroup([tile(1, 0, null), tile(1, 0, null), tile(2, 3, 1.5)]);
    expect(found.map((row) => row.meanVesselSize)).toEqual([null, 1.5, 1.5]);
    expect(found.map((row) => row.tilesWithoutVessel)).toEqual([2, 0, 2]);
    expect(found.map((row) => row.meanVessels)).toEqual([0, 3, 1]);
  });
});

describe('splits', () => {
  const tiles = fc.array(
    fc.record({
      source: fc.integer({ min: 1, max: 3 }),
      dataset: fc.integer({ min: 1, max: 2 }),
      i: fc.integer({ min: 0, max: 40 }),
      j: fc.integer({ min: 0, max: 40 }),
    }),
    { maxLength: 30 },
  );

  test('touching tiles are those that a search of all pairs finds', () => {
    fc.assert(
      fc.property(tiles, fc.nat(100), (places, seed) => {
        const named = places.map((place, at) => ({ id: `t${at}`, ...place }));
        for (const { overlap, sides } of exploreSplits(named, 8, { seed })) {
          if (overlap.problem !== null) {
            expect([overlap.touching, overlap.train, sides.size]).toEqual([null, null, 0]);
            continue;
          }
          const train = named.filter(({ id }) => sides.get(id) === 'training');
          for (const tile of named) {
            if (sides.get(tile.id) === 'training') continue;
            const touches = train.some(
              (other) =>
                other.source === tile.source &&
                Math.abs(other.i - tile.i) <= 8 &&
                Math.abs(other.j - tile.j) <= 8,
            );
            expect(sides.get(tile.id) === 'validation, touches training').toBe(touches);
          }
          const touching = [...sides.values()].filter((name) => name.includes('touches')).length;
          expect(overlap).toMatchObject({
            train: train.length,
            validation: named.length - train.length,
            touching,
            touchingShare: touching / (named.length - train.length),
          });
        }
      }),
    );
  });

  test('what cannot be split says why', () => {
    const one = { id: 'a', source: 1, dataset: 1, i: 0, j: 0 };
    for (const { overlap } of exploreSplits([one], 512, { seed: 0 }))
      expect(overlap).toMatchObject({
        train: null,
        touchingShare: null,
        problem: expect.any(String),
      });
  });
});

describe('outlines', () => {
  test('paint every pixel of the mask from which another is within reach, and no other', () => {
    const cases = fc
      .tuple(side, side, fc.integer({ min: 1, max: 3 }))
      .chain(([width, height, thickness]) =>
        fc.record({
          ...{ width: fc.constant(width), height: fc.constant(height) },
          ...{ thickness: fc.constant(thickness), mask: mask(width * height) },
        }),
      );
    fc.assert(
      fc.property(cases, ({ width, height, thickness, mask }) => {
        const data = new Uint8Array(3 * width * height);
        paintOutline({ data, width, height }, mask, [7, 8, 9], thickness);
        const outside = (x: number, y: number) =>
          x >= 0 && x < width && y >= 0 && y < height && mask[y * width + x] === 0;
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) {
            const isRim =
              mask[y * width + x] === 1 &&
              (outside(x - thickness, y) ||
                outside(x + thickness, y) ||
                outside(x, y - thickness) ||
                outside(x, y + thickness));
            const at = 3 * (y * width + x);
            expect([...data.subarray(at, at + 3)]).toEqual(isRim ? [7, 8, 9] : [0, 0, 0]);
          }
      }),
    );
  });

  test('a mask of another size is refused', () => {
    const image = { data: new Uint8Array(18), width: 3, height: 2 };
    expect(() => paintOutline(image, new Uint8Array(5), [0, 0, 0], 1)).toThrow(
      /5 pixels for a tile of 3 x 2/,
    );
  });
});
