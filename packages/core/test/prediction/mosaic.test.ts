import { cutMap, extentOf, Mosaic, type Place, touchingGroups } from '@vascula/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const at = (x: number, y: number, width = 4, height = 4): Place => ({ x, y, width, height });

/** An image whose red channel is what `value` gives, counted in the plane. */
const image = (place: Place, value: (x: number, y: number) => number) => ({
  width: place.width,
  height: place.height,
  data: Uint8Array.from({ length: 3 * place.width * place.height }, (_, k) => {
    const [p, channel] = [Math.floor(k / 3), k % 3];
    const red = value(place.x + (p % place.width), place.y + Math.floor(p / place.width));
    return channel === 0 ? red : 255 - red;
  }),
});

const red = (pixels: Uint8Array) => [...pixels].filter((_, k) => k % 3 === 0);

test('a shared edge or pixels hold together, a corner or a gap does not', () => {
  expect(touchingGroups([at(0, 0), at(4, 0), at(8, 4), at(20, 0), at(8, 0)])).toEqual([
    [0, 1, 2, 4],
    [3],
  ]);
  expect(touchingGroups([at(0, 0), at(4, 4)])).toEqual([[0], [1]]);
  expect(touchingGroups([at(0, 0), at(4, 3)])).toEqual([[0, 1]]);
  expect(touchingGroups([at(0, 0), at(5, 0)])).toEqual([[0], [1]]);
  expect(touchingGroups([at(0, 0), at(2, 2)])).toEqual([[0, 1]]);
  expect(touchingGroups([])).toEqual([]);
});

test('groups are those of a search over all pairs', () => {
  const places = fc.array(fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 30 })), { maxLength: 15 });
  fc.assert(
    fc.property(places, (corners) => {
      const all = corners.map(([x, y]) => at(x, y));
      const groups = touchingGroups(all);
      expect(groups.flat().sort((a, b) => a - b)).toEqual([...all.keys()]);
      // Grown by one pixel along either axis, two that touch share pixels.
      const meets = (a: Place, b: Place) =>
        (Math.abs(a.x - b.x) <= 4 && Math.abs(a.y - b.y) < 4) ||
        (Math.abs(a.x - b.x) < 4 && Math.abs(a.y - b.y) <= 4);
      for (const group of groups) {
        const reached = new Set(group.slice(0, 1));
        for (const one of reached)
          for (const other of group)
            if (meets(all[one] as Place, all[other] as Place)) reached.add(other);
        expect(reached.size).toBe(group.length);
        for (const one of group)
          for (const [other, place] of all.entries())
            if (!group.includes(other)) expect(meets(all[one] as Place, place)).toBe(false);
      }
    }),
  );
});

test('tiles of a plane come together to the plane, and its map is cut into theirs', () => {
  const plane = (x: number, y: number) => (7 * x + 31 * y) % 256;
  const places = [at(10, 5), at(14, 5), at(10, 9), at(14, 9)];
  const { x, y, width, height } = extentOf(places);
  expect([x, y, width, height]).toEqual([10, 5, 8, 8]);
  const mosaic = new Mosaic(width, height);
  for (const place of places)
    expect(mosaic.place(image(place, plane), place.x - x, place.y - y)).toBe(0);
  expect(mosaic.image()).toEqual(image(at(10, 5, 8, 8), plane));
  const map = Float32Array.from(red(mosaic.image().data));
  for (const place of places)
    expect([...cutMap(map, width, { ...place, x: place.x - x, y: place.y - y })]).toEqual(
      red(image(place, plane).data),
    );
});

test('holes mirror the row beside them, rows without pixels the rows beside them', () => {
  const mosaic = new Mosaic(7, 5);
  mosaic.place(
    image(at(0, 1, 3, 2), (x, y) => 10 * y + x),
    0,
    1,
  );
  mosaic.place(
    image(at(6, 1, 1, 1), () => 99),
    6,
    1,
  );
  const rows = red(mosaic.image().data);
  const row = (y: number) => rows.slice(7 * y, 7 * (y + 1));
  expect(row(1)).toEqual([10, 11, 12, 11, 10, 99, 99]);
  expect(row(2)).toEqual([20, 21, 22, 21, 20, 21, 22]);
  expect(row(0)).toEqual(row(2));
  expect(row(3)).toEqual(row(1));
  expect(row(4)).toEqual(row(2));
});

test('pixels that overlap with other colours are counted; what leaves the mosaic is refused', () => {
  const mosaic = new Mosaic(6, 4);
  expect(
    mosaic.place(
      image(at(0, 0), () => 1),
      0,
      0,
    ),
  ).toBe(0);
  expect(
    mosaic.place(
      image(at(0, 0), () => 1),
      2,
      0,
    ),
  ).toBe(0);
  expect(
    mosaic.place(
      image(at(0, 0), (x) => (x === 0 ? 1 : 2)),
      2,
      0,
    ),
  ).toBe(12);
  expect(() =>
    mosaic.place(
      image(at(0, 0), () => 1),
      3,
      0,
    ),
  ).toThrow('leaves 6 x 4');
});
