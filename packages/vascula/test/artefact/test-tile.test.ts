import { IGNORED } from '@vascula/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { syntheticTestTile, validationTestTile } from '../../dist/artefact/test-tile.js';
import type { TileSource } from '../../dist/training/index.js';

interface Made {
  readonly width: number;
  readonly height: number;
  readonly mask: Uint8Array;
}

/** Tiles of a validation side, named by their number. */
function sourceOf(tiles: readonly Made[]): { source: TileSource; ids: string[] } {
  // No two pixels of an image are alike: a square of it has one place.
  const images = tiles.map(({ width, height }, at) => ({
    width,
    height,
    data: Uint8Array.from(
      Array.from({ length: width * height }, (_, p) => [p % width, p / width, at]).flat(),
    ),
  }));
  const load = async (id: string) => {
    const at = Number(id);
    return { tile: { id }, image: images[at], mask: tiles[at].mask };
  };
  return { source: { load } as unknown as TileSource, ids: tiles.map((_, at) => `${at}`) };
}

const tile = fc
  .record({ width: fc.integer({ min: 1, max: 150 }), height: fc.integer({ min: 1, max: 150 }) })
  .chain(({ width, height }) =>
    fc
      .tuple(fc.constantFrom(0, 1, IGNORED), fc.nat({ max: width * height - 1 }), fc.nat(400))
      .map(([value, from, count]) => ({
        width,
        height,
        mask: new Uint8Array(width * height).fill(value, from, from + count),
      })),
  );

test('a square of a tile with vessel, its sides multiples; none where no tile has a square with vessel', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(tile, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(1, 3, 8, 16, 128),
      async (tiles, multiple) => {
        const { source, ids } = sourceOf(tiles);
        const found = await validationTestTile(source, ids, multiple);
        const usable = tiles.filter(
          ({ width, height, mask }) => mask.includes(1) && Math.min(width, height) >= multiple,
        );
        if (usable.length === 0) {
          expect(found).toBeUndefined();
          return;
        }
        if (found === undefined) throw new Error('no square was found');
        expect(found.width).toBe(found.height);
        expect(found.width % multiple).toBe(0);
        const whole = Math.ceil(96 / multiple) * multiple;
        expect(found.width).toBeLessThanOrEqual(whole);
        const { image, mask } = await source.load(`${tiles.indexOf(usable[0])}`);
        const { width, height } = image;
        const place = placeOf(found, image);
        expect(place).toBeDefined();
        if (place === undefined) return;
        expect(place.x + found.width).toBeLessThanOrEqual(width);
        expect(place.y + found.height).toBeLessThanOrEqual(height);
        let vessel = 0;
        for (let y = place.y; y < place.y + found.height; y++)
          for (let x = place.x; x < place.x + found.width; x++)
            if (mask[y * width + x] === 1) vessel++;
        expect(vessel).toBeGreaterThan(0);
      },
    ),
    { numRuns: 200 },
  );
});

/** Where a square lies in its image; undefined where it does not. */
function placeOf(
  square: { width: number; height: number; data: Uint8Array },
  image: { width: number; height: number; data: Uint8Array },
): { x: number; y: number } | undefined {
  const [x, y] = square.data;
  const same = Array.from({ length: square.height }, (_, row) => row).every((row) => {
    const from = ((y + row) * image.width + x) * 3;
    const line = image.data.subarray(from, from + square.width * 3);
    const at = row * square.width * 3;
    return Buffer.compare(line, square.data.subarray(at, at + square.width * 3)) === 0;
  });
  return same ? { x, y } : undefined;
}

test('of a large tile, the square with a quarter of vessel rather than a full or an empty one', async () => {
  const [width, height] = [250, 200];
  const mask = new Uint8Array(width * height);
  // A block of 100 x 200 on the right: squares hold none, a part, or nothing but vessel.
  for (let y = 0; y < height; y++) mask.fill(1, y * width + 150, (y + 1) * width);
  const { source, ids } = sourceOf([{ width, height, mask }]);
  const found = await validationTestTile(source, ids, 16);
  expect(found).toMatchObject({ width: 96, height: 96, origin: 'validation' });
  const place = found && placeOf(found, (await source.load('0')).image);
  const share = ((place?.x ?? 0) + 96 - 150) / 96;
  expect(share).toBeGreaterThan(0.1);
  expect(share).toBeLessThan(0.4);
});

test('the synthetic one is the same every time, of even sides, multiples', () => {
  for (const multiple of [1, 11, 16, 128]) {
    const { origin, width, height, data } = syntheticTestTile(multiple);
    expect(origin).toBe('synthetic');
    expect(width).toBe(height);
    expect(width % multiple).toBe(0);
    expect(width % 2).toBe(0);
    expect(width).toBeGreaterThanOrEqual(96);
    expect(data.length).toBe(width * height * 3);
    expect(syntheticTestTile(multiple).data).toEqual(data);
  }
});
