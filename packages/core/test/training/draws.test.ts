import { copiesPerTile, drawPlacement, epochBatches } from '@vascula/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

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
  const tile = { width: 130, height: 70 };
  const place = (id: string, copy: number, epoch: number, seed: number) =>
    drawPlacement(tile, { id, copy }, epoch, { seed, crop: 64 });
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
