import { readdirSync, readFileSync } from 'node:fs';
import { decodeLzwStrips, randomStream } from '@vascula/core';
import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readTiffHeader } from '../../dist/dataset/tiff-header.js';

/** Pixels whose strings are short (noise), long (few colours in runs) or both. */
function picture(seed: number, width: number, height: number, kind: string): Uint8Array {
  const random = randomStream(seed, kind);
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < data.length; ) {
    const run =
      kind === 'noise' ? 1 : kind === 'runs' ? 1 + random.integer(3000) : random.integer(9);
    const value = kind === 'runs' ? random.integer(3) : random.integer(256);
    data.fill(value, at, at + run);
    at += run;
  }
  return data;
}

const encoded = (
  data: Uint8Array,
  width: number,
  height: number,
  predictor: 'none' | 'horizontal',
): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .tiff({ compression: 'lzw', predictor })
    .toBuffer();

const decoded = (file: Uint8Array) => {
  const { lzwStrips } = readTiffHeader(file);
  return lzwStrips && decodeLzwStrips(file, lzwStrips);
};

test('what libtiff wrote is read, pixel for pixel', async () => {
  const sizes = fc.integer({ min: 1, max: 300 });
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      sizes,
      sizes,
      fc.constantFrom('noise', 'runs', 'both'),
      fc.constantFrom('none' as const, 'horizontal' as const),
      async (seed, width, height, kind, predictor) => {
        const data = picture(seed, width, height, kind);
        const found = decoded(await encoded(data, width, height, predictor));
        expect(Buffer.compare(found as Uint8Array, data)).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});

test('one colour: strings longer than a strip’s row', async () => {
  const data = new Uint8Array(2000 * 700 * 3).fill(7);
  const found = decoded(await encoded(data, 2000, 700, 'none'));
  expect(Buffer.compare(found as Uint8Array, data)).toBe(0);
});

test('damaged bytes give an image of the right size or none, and the next file is read as before', async () => {
  const [width, height] = [90, 70];
  const data = picture(1, width, height, 'both');
  const good = await encoded(data, width, height, 'horizontal');
  const strips = readTiffHeader(good).lzwStrips;
  if (strips === undefined) throw new Error('strips were asked for');
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, count) => {
      const random = randomStream(seed, 'damage');
      const bad = Uint8Array.from(good);
      for (let k = 0; k < count; k++)
        bad[strips.offsets[0] + random.integer(strips.byteCounts[0])] = random.integer(256);
      const found = decodeLzwStrips(bad, strips);
      if (found !== undefined) expect(found).toHaveLength(data.length);
      expect(Buffer.compare(decodeLzwStrips(good, strips) as Uint8Array, data)).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('strips cut short, too few of them, or without a code that clears give no image', async () => {
  const [width, height] = [64, 300];
  const good = await encoded(picture(2, width, height, 'noise'), width, height, 'horizontal');
  const strips = readTiffHeader(good).lzwStrips;
  if (strips === undefined) throw new Error('strips were asked for');
  const { offsets, byteCounts } = strips;
  expect(decodeLzwStrips(good, strips)).toBeDefined();
  const shorter = byteCounts.map((count) => count - 3);
  expect(decodeLzwStrips(good, { ...strips, byteCounts: shorter })).toBeUndefined();
  expect(decodeLzwStrips(good, { ...strips, height: height * 8 })).toBeUndefined();
  expect(decodeLzwStrips(good.subarray(0, offsets[0] + 100), strips)).toBeUndefined();
  const older = Uint8Array.from(good);
  older.set([0, 1], offsets[0]);
  expect(decodeLzwStrips(older, strips)).toBeUndefined();
});

const real = `${
  process.env.VASCULA_DATA ?? new URL('../../../../../shared/data', import.meta.url).pathname
}/hubmap/train`;
const tiles = (() => {
  try {
    return readdirSync(real).filter((name) => name.endsWith('.tif'));
  } catch {
    return [];
  }
})();

test.skipIf(tiles.length === 0)(
  'the real tiles are read as libtiff reads them (skipped without VASCULA_DATA)',
  async () => {
    for (const name of tiles) {
      const file = readFileSync(`${real}/${name}`);
      const reference = await sharp(file).raw().toBuffer();
      expect(Buffer.compare(decoded(file) as Uint8Array, reference), name).toBe(0);
    }
  },
);
