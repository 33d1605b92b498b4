import { drawCrop, drawNotebookAugmentation, InputError, randomStream } from '@vascula/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const draws = 4000;
const augmentations = Array.from({ length: draws }, (_, item) =>
  drawNotebookAugmentation(randomStream(1, item, 'augmentation'), 512),
);
const share = (count: number) => count / draws;

test('each part has its probability, and the four rotations are equally likely', () => {
  // Four standard errors of a share of 4000.
  const near = (p: number) => 4 * Math.sqrt((p * (1 - p)) / draws);
  const check = (count: number, p: number) =>
    expect(Math.abs(share(count) - p)).toBeLessThan(near(p));
  check(augmentations.filter((a) => a.flipLeftRight).length, 0.5);
  check(augmentations.filter((a) => a.flipUpDown).length, 0.5);
  check(augmentations.filter((a) => a.flipUpDown && a.flipLeftRight).length, 0.25);
  check(augmentations.filter((a) => a.zoom).length, 0.3);
  for (const turns of [0, 1, 2, 3])
    check(augmentations.filter((a) => a.quarterTurns === turns).length, 0.25);
});

test("the zoom has the notebook's ranges", () => {
  const zooms = augmentations.flatMap((a) => a.zoom ?? []);
  for (const { x, y, side } of zooms) {
    const left = 512 - Math.max(x, y);
    expect(side).toBeGreaterThanOrEqual(Math.floor(0.8 * left));
    expect(side).toBeLessThan(left);
  }
  const corners = zooms.flatMap(({ x, y }) => [x, y]);
  expect(Math.min(...corners)).toBe(0);
  expect(Math.max(...corners)).toBe(101);
});

test('a zoom stays inside a square of any size', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, side) => {
      const { zoom } = drawNotebookAugmentation(randomStream(seed), side, {
        flipLeftRight: 0,
        flipUpDown: 0,
        quarterTurn: 0,
        zoom: 1,
      });
      if (zoom === undefined) throw new Error('a zoom was asked for');
      expect(zoom.side).toBeGreaterThanOrEqual(1);
      expect(Math.max(zoom.x, zoom.y) + zoom.side).toBeLessThanOrEqual(side);
    }),
  );
  expect(() => drawNotebookAugmentation(randomStream(1), 0)).toThrow('side 0');
});

test('crops lie inside the tile and reach all of its places', () => {
  const seen = new Set<string>();
  for (let item = 0; item < 2000; item++) {
    const { x, y, size } = drawCrop(randomStream(item), { width: 12, height: 9, size: 6 });
    expect(size).toBe(6);
    seen.add(`${x} ${y}`);
    expect(x >= 0 && x <= 6 && y >= 0 && y <= 3).toBe(true);
  }
  expect(seen.size).toBe(7 * 4);
});

test('a foreground crop holds foreground wherever it is; the share is kept', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat({ max: 11 }), fc.nat({ max: 8 }), (seed, px, py) => {
      const mask = new Uint8Array(12 * 9);
      mask[py * 12 + px] = 1;
      const request = { width: 12, height: 9, size: 4, foreground: { mask, share: 1 } };
      const { x, y } = drawCrop(randomStream(seed), request);
      expect(px >= x && px < x + 4 && py >= y && py < y + 4).toBe(true);
      expect(x >= 0 && x + 4 <= 12 && y >= 0 && y + 4 <= 9).toBe(true);
    }),
  );
  const mask = new Uint8Array(100 * 100);
  mask[0] = 1;
  let held = 0;
  for (let item = 0; item < 1000; item++) {
    const { x, y } = drawCrop(randomStream(item), {
      width: 100,
      height: 100,
      size: 10,
      foreground: { mask, share: 0.3 },
    });
    held += x === 0 && y === 0 ? 1 : 0;
  }
  expect(held / 1000).toBeGreaterThan(0.24);
  expect(held / 1000).toBeLessThan(0.36);
});

test('every foreground pixel is as likely to draw the crop', () => {
  const mask = Uint8Array.from({ length: 64 }, (_, p) => (p % 9 === 0 ? 1 : 0));
  const counts = new Map<number, number>();
  for (let item = 0; item < 4000; item++) {
    const { x, y } = drawCrop(randomStream(item), {
      width: 8,
      height: 8,
      size: 1,
      foreground: { mask, share: 1 },
    });
    counts.set(y * 8 + x, (counts.get(y * 8 + x) ?? 0) + 1);
  }
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual([0, 9, 18, 27, 36, 45, 54, 63]);
  for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(90);
});

test('without foreground the crop is a plain one; a crop too large is refused', () => {
  const request = { width: 8, height: 6, size: 5 };
  const empty = { mask: new Uint8Array(48), share: 1 };
  const { x, y } = drawCrop(randomStream(1), { ...request, foreground: empty });
  expect(x <= 3 && y <= 1).toBe(true);
  expect(() => drawCrop(randomStream(1), { ...request, size: 7 })).toThrow(InputError);
  expect(() => drawCrop(randomStream(1), { ...request, size: 7 })).toThrow(
    'crop: a crop of 7 pixels does not fit a tile of 8 x 6; expected a whole number from 1 to 6',
  );
  const other = { mask: new Uint8Array(47), share: 1 };
  expect(() => drawCrop(randomStream(1), { ...request, foreground: other })).toThrow(
    'mask of 47 pixels for a tile of 8 x 6',
  );
});
