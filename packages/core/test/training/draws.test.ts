import {
  augmentationPresets,
  copiesPerTile,
  drawPlacement,
  epochBatches,
  evenSampling,
  type Sampling,
} from '@vascula/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

/** What a run of before sampling and augmentation were recorded did. */
const recipe = { sampling: evenSampling, augmentation: augmentationPresets.notebook };

const key = ({ id, copy }: { id: string; copy: number }) => `${id}#${copy}`;

test('an epoch has every copy of every tile once, then the epoch’s first draws as filler', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 30 }),
      fc.nat(),
      (ids, copies, batch, seed) => {
        const batches = epochBatches(ids, copies, 1, { seed, batch });
        expect(batches.every((draws) => draws.length === batch)).toBe(true);
        const all = batches.flat().map(key);
        const count = ids.length * copies;
        expect(batches).toHaveLength(Math.ceil(count / batch));
        const once = new Set(all.slice(0, count));
        expect(once.size).toBe(count);
        for (const id of ids)
          for (let copy = 0; copy < copies; copy++) expect(once).toContain(key({ id, copy }));
        all.slice(count).forEach((draw, k) => {
          expect(draw).toBe(all[k % count]);
        });
      },
    ),
  );
});

test('the order is that of seed and epoch, and does not hang on the ids before it', () => {
  const ids = Array.from({ length: 30 }, (_, k) => `tile${k}`);
  const order = (epoch: number, seed: number) =>
    epochBatches(ids, 2, epoch, { seed, batch: 4 }).flat().map(key);
  expect(order(3, 7)).toEqual(order(3, 7));
  expect(order(4, 7)).not.toEqual(order(3, 7));
  expect(order(3, 8)).not.toEqual(order(3, 7));
});

test.each([
  [512, 512, 512, 1],
  [512, 512, 256, 4],
  [512, 512, 400, 2],
  [96, 96, 64, 2],
  [300, 100, 100, 3],
  [64, 64, 62, 1],
])('a tile of %i x %i in squares of %i: %i an epoch', (width, height, crop, copies) => {
  expect(copiesPerTile({ width, height }, crop)).toBe(copies);
});

test('a placement lies in its tile, and differs by draw, copy, epoch and seed', () => {
  const tile = { width: 130, height: 70, mask: new Uint8Array(130 * 70) };
  const place = (id: string, copy: number, epoch: number, seed: number) =>
    drawPlacement(tile, { id, copy }, epoch, { ...recipe, seed, crop: 64 });
  const seen = new Set<string>();
  for (let copy = 0; copy < 200; copy++) {
    const placement = place('a', copy, 1, 1);
    const { x, y, size } = placement.crop;
    expect(size).toBe(64);
    expect(x >= 0 && y >= 0 && x + size <= tile.width && y + size <= tile.height).toBe(true);
    seen.add(JSON.stringify(placement));
  }
  expect(seen.size).toBeGreaterThan(195);
  const one = place('a', 0, 1, 1);
  expect(place('a', 0, 1, 1)).toEqual(one);
  for (const other of [place('b', 0, 1, 1), place('a', 1, 1, 1), place('a', 0, 2, 1)])
    expect(other).not.toEqual(one);
  expect(place('a', 0, 1, 2)).not.toEqual(one);
});

test('runs of before sampling could be chosen go on as they began', () => {
  const tile = { width: 512, height: 512, mask: new Uint8Array(512 * 512) };
  const [first = []] = epochBatches([...'abcdefg'], 3, 1, { seed: 5, batch: 4 });
  const placements = first.map((draw) =>
    drawPlacement(tile, draw, 1, { ...recipe, seed: 5, crop: 256 }),
  );
  expect(first.map(key)).toEqual(['c#2', 'd#0', 'e#2', 'b#0']);
  expect(placements.map(({ crop: { x, y } }) => [x, y])).toEqual([
    [86, 191],
    [206, 58],
    [51, 69],
    [205, 83],
  ]);
  expect(placements.map(({ augmentation }) => augmentation)).toEqual([
    { flipLeftRight: false, flipUpDown: true, quarterTurns: 0 },
    { flipLeftRight: true, flipUpDown: true, quarterTurns: 3 },
    { flipLeftRight: true, flipUpDown: false, quarterTurns: 3 },
    { flipLeftRight: true, flipUpDown: true, quarterTurns: 2 },
  ]);
});

test('every group has the same share of an epoch, and its tiles take turns over the epochs', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(),
      (sizes, copies, seed) => {
        const ids = sizes.flatMap((size, group) =>
          Array.from({ length: size }, (_, k) => `${group} ${k}`),
        );
        const groupOf = (id: string) => id.split(' ')[0] as string;
        const total = ids.length * copies;
        const drawn = new Map(ids.map((id) => [id, 0]));
        for (let epoch = 1; epoch <= 6; epoch++) {
          const batches = epochBatches(ids, copies, epoch, { seed, batch: 4 }, groupOf);
          expect(epochBatches(ids, copies, epoch, { seed, batch: 4 }, groupOf)).toEqual(batches);
          expect(batches).toHaveLength(Math.ceil(total / 4));
          const squares = batches.flat().slice(0, total);
          expect(new Set(squares.map(key)).size).toBe(total);
          for (const { id } of squares) drawn.set(id, (drawn.get(id) as number) + 1);
          for (let group = 0; group < sizes.length; group++) {
            const own = squares.filter(({ id }) => groupOf(id) === `${group}`).length;
            expect(Math.abs(own - total / sizes.length)).toBeLessThan(1);
            const turns = [...drawn].filter(([id]) => groupOf(id) === `${group}`).map(([, n]) => n);
            expect(Math.max(...turns) - Math.min(...turns)).toBeLessThanOrEqual(1);
          }
        }
      },
    ),
  );
});

test('one group is what no groups are', () => {
  const ids = Array.from({ length: 9 }, (_, k) => `tile${k}`);
  const grouped = (groupOf?: (id: string) => string) =>
    epochBatches(ids, 3, 2, { seed: 1, batch: 4 }, groupOf);
  expect(grouped(() => 'all')).toEqual(grouped());
});

test('squares are cut around vessel pixels as often as asked; what does not count is no vessel', () => {
  const mask = new Uint8Array(200 * 200).fill(255, 0, 200 * 100);
  mask[199 * 200 + 199] = 1;
  const tile = { width: 200, height: 200, mask };
  const corners = (sampling: Sampling) => {
    const draws = Array.from({ length: 400 }, (_, copy) =>
      drawPlacement(tile, { id: 'a', copy }, 1, { ...recipe, sampling, seed: 2, crop: 20 }),
    );
    return draws.filter(({ crop: { x, y } }) => x === 180 && y === 180).length;
  };
  expect(corners(evenSampling)).toBeLessThan(5);
  expect(corners({ ...evenSampling, foregroundShare: 1 })).toBe(400);
  const third = corners({ ...evenSampling, foregroundShare: 1 / 3 });
  expect(third).toBeGreaterThan(100);
  expect(third).toBeLessThan(170);
});

test('tiles of several sizes give squares each by its own area', () => {
  const ids = ['small', 'large'];
  const copies = new Map([
    ['small', copiesPerTile({ width: 64, height: 64 }, 64)],
    ['large', copiesPerTile({ width: 256, height: 192 }, 64)],
  ]);
  const drawn = epochBatches(ids, copies, 1, { seed: 0, batch: 1 }).flat();
  expect(drawn.filter(({ id }) => id === 'large').map(({ copy }) => copy)).toHaveLength(12);
  expect(drawn.filter(({ id }) => id === 'small')).toEqual([{ id: 'small', copy: 0 }]);
  expect(() => epochBatches(['other'], copies, 1, { seed: 0, batch: 1 })).toThrow(RangeError);
});
