import {
  type AugmentationSettings,
  augmentationFault,
  augmentationPresets,
  drawAugmentation,
  drawCrop,
  drawNotebookAugmentation,
  InputError,
  identityAugmentation,
  randomStream,
  strengthParts,
} from '@vascula/core';
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

const drawn = (settings: AugmentationSettings, count: number, side = 64) =>
  Array.from({ length: count }, (_, copy) =>
    drawAugmentation((purpose) => randomStream(3, copy, purpose), side, settings),
  );
const { none, notebook, strong } = augmentationPresets;

test('none draws nothing, the notebook what it drew before, and none of them a stream for what is left out', () => {
  for (const augmentation of drawn(none, 50)) expect(augmentation).toEqual(identityAugmentation);
  expect(drawn(notebook, 200)).toEqual(
    Array.from({ length: 200 }, (_, copy) =>
      drawNotebookAugmentation(randomStream(3, copy, 'augmentation'), 64),
    ),
  );
  const purposes = new Set<string>();
  const counted = (purpose: string) => {
    purposes.add(purpose);
    return randomStream(1, purpose);
  };
  drawAugmentation(counted, 64, notebook);
  expect([...purposes]).toEqual(['augmentation']);
  drawAugmentation(counted, 64, strong);
  expect([...purposes].sort()).toEqual(['augmentation', ...strengthParts].sort());
});

test('a part is drawn as likely as it says, within its range, whatever the others are', () => {
  const count = 1500;
  const all = drawn(strong, count);
  const strengths: Record<string, (one: (typeof all)[number]) => number | undefined> = {
    rotate: ({ warp }) => warp?.degrees || undefined,
    scale: ({ warp }) => (warp === undefined || warp.scale === 1 ? undefined : warp.scale),
    gamma: ({ colour }) => (colour?.gamma === 1 ? undefined : colour?.gamma),
    brightness: ({ colour }) => (colour?.brightness === 1 ? undefined : colour?.brightness),
    saturation: ({ colour }) => (colour?.saturation === 1 ? undefined : colour?.saturation),
    contrast: ({ colour }) => (colour?.contrast === 1 ? undefined : colour?.contrast),
    stain: ({ colour }) => colour?.stain?.scale[1],
  };
  for (const [name, strength] of Object.entries(strengths)) {
    const part = name as 'rotate';
    const { probability, least, most } = strong[part];
    const found = all.flatMap((one) => strength(one) ?? []);
    const error = Math.sqrt((probability * (1 - probability)) / count);
    expect(Math.abs(found.length / count - probability), name).toBeLessThan(4 * error);
    expect(Math.min(...found), name).toBeGreaterThanOrEqual(least);
    expect(Math.max(...found), name).toBeLessThanOrEqual(most);
    // Most of the range is met: from the ends a hundredth of it away.
    expect(Math.min(...found), name).toBeLessThan(least + 0.03 * (most - least));
    expect(Math.max(...found), name).toBeGreaterThan(most - 0.03 * (most - least));
    const alone = drawn({ ...none, [part]: strong[part] }, count);
    expect(
      alone.flatMap((one) => strength(one) ?? []),
      name,
    ).toEqual(found);
  }
  const fields = all.flatMap(({ warp }) => warp?.elastic ?? []);
  expect(Math.abs(fields.length / count - 0.3)).toBeLessThan(0.05);
  for (const { spacing, points, x, y } of fields)
    expect([spacing, points, x.length, y.length]).toEqual([48, 5, 25, 25]);
  const vectors = fields.flatMap(({ x, y }) => [...x, ...y]);
  // Amplitudes uniform from 2 to 8: their mean square is 28.
  const square = vectors.reduce((sum, value) => sum + value * value, 0) / vectors.length;
  expect(square).toBeGreaterThan(26);
  expect(square).toBeLessThan(30);
  const shifts = all.flatMap(({ colour }) => colour?.stain?.shift ?? []);
  expect(Math.max(...shifts.map(Math.abs))).toBeLessThanOrEqual(0.05);
  expect(Math.max(...shifts)).toBeGreaterThan(0.045);
});

test('settings that make no sense are named', () => {
  expect(Object.values(augmentationPresets).map(augmentationFault)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  const faulty = (change: Partial<AugmentationSettings>) =>
    augmentationFault({ ...strong, ...change });
  expect(faulty({ scale: { ...strong.scale, least: 0 } })).toEqual({
    path: ['scale', 'least'],
    expected: 'a number from 0.1 to 10',
  });
  expect(faulty({ rotate: { ...strong.rotate, most: 181 } })?.path).toEqual(['rotate', 'most']);
  expect(faulty({ gamma: { ...strong.gamma, least: 2 } })?.expected).toContain('which is 1.4');
  expect(faulty({ elastic: { ...strong.elastic, most: 17 } })?.expected).toContain('folds');
  expect(faulty({ elastic: { ...strong.elastic, most: Number.NaN } })?.path).toEqual([
    'elastic',
    'most',
  ]);
});
