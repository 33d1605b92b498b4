import { readFileSync } from 'node:fs';
import {
  type Augmentation,
  type Crop,
  drawCrop,
  drawNotebookAugmentation,
  identityAugmentation,
  randomStream,
  sampleInto,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

interface Fixture {
  width: number;
  height: number;
  tile: number[];
  mask: string;
  cases: { crop: Crop; augmentation: Augmentation; image: number[]; mask: string }[];
}
const fixture: Fixture = JSON.parse(
  readFileSync(new URL('../fixtures/augmentation.json', import.meta.url), 'utf8'),
);

const bits = (text: string) => Uint8Array.from(text, Number);

function sample(
  tile: { data: Uint8Array; width: number; height: number },
  mask: Uint8Array,
  crop: Crop,
  augmentation: Augmentation,
) {
  const area = crop.size ** 2;
  const batch = {
    image: new Float32Array(3 * area),
    mask: new Float32Array(area),
    size: crop.size,
  };
  sampleInto(tile, mask, { crop, augmentation }, batch, 0);
  return batch;
}

function randomTile(seed: number, width: number, height = width) {
  const random = randomStream(seed, 'tile');
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256));
  const mask = Uint8Array.from({ length: width * height }, () => random.integer(2));
  return { tile: { data, width, height }, mask };
}

describe('against NumPy and PyTorch', () => {
  const tile = { data: Uint8Array.from(fixture.tile), width: 14, height: 11 };
  for (const [index, { crop, augmentation, image, mask }] of fixture.cases.entries())
    test(`case ${index}: ${JSON.stringify(augmentation)}`, () => {
      const batch = sample(tile, bits(fixture.mask), crop, augmentation);
      const furthest = image.reduce((d, v, k) => Math.max(d, Math.abs(v - batch.image[k])), 0);
      expect(furthest).toBeLessThan(augmentation.zoom ? 3e-5 : 1e-30);
      expect([...batch.mask].join('')).toBe(mask);
    });
});

/** One output pixel by the definitions, channel by channel, in doubles: zoom, then rot90, then the flips. */
function readPixel(
  tile: { data: Uint8Array; width: number },
  mask: Uint8Array,
  { x: left, y: top, size }: Crop,
  { flipLeftRight, flipUpDown, quarterTurns, zoom }: Augmentation,
  row: number,
  column: number,
): number[] {
  const source = (r: number, c: number): number => {
    let [y, x] = [r, c];
    for (let turn = 0; turn < quarterTurns; turn++) [y, x] = [x, size - 1 - y];
    if (flipUpDown) y = size - 1 - y;
    if (flipLeftRight) x = size - 1 - x;
    return (top + y) * tile.width + left + x;
  };
  const { x, y, side } = zoom ?? { x: 0, y: 0, side: size };
  const place = (k: number) => Math.min(Math.max(((k + 0.5) * side) / size - 0.5, 0), side - 1);
  const [down, across] = [place(row), place(column)];
  const [r, c] = [Math.floor(down), Math.floor(across)];
  const [below, right] = [Math.min(r + 1, side - 1), Math.min(c + 1, side - 1)];
  const mix = (from: number, to: number, share: number) => from + (to - from) * share;
  const channels = [0, 1, 2].map((channel) => {
    const at = (r: number, c: number) => tile.data[3 * source(y + r, x + c) + channel];
    const above = mix(at(r, c), at(r, right), across - c);
    return mix(above, mix(at(below, c), at(below, right), across - c), down - r);
  });
  const nearest = source(y + (down - r < 0.5 ? r : below), x + (across - c < 0.5 ? c : right));
  return [...channels, mask[nearest]];
}

test('squares of any size are read as the definitions say', () => {
  const size = fc.oneof(fc.integer({ min: 1, max: 80 }), fc.constantFrom(16, 32, 64));
  fc.assert(
    fc.property(
      fc.integer(),
      size,
      fc.nat(9),
      fc.nat(9),
      fc.boolean(),
      (seed, size, w, h, zoomed) => {
        const random = randomStream(seed, 'augmentation');
        const { mask, tile } = randomTile(seed, size + w, size + h);
        const crop = drawCrop(random, { ...tile, size });
        const augmentation = drawNotebookAugmentation(random, size, {
          flipLeftRight: 0.5,
          flipUpDown: 0.5,
          quarterTurn: 0.75,
          zoom: zoomed ? 1 : 0,
        });
        const batch = sample(tile, mask, crop, augmentation);
        const area = size * size;
        let furthest = 0;
        for (let p = 0; p < area; p++) {
          const row = Math.floor(p / size);
          const wanted = readPixel(tile, mask, crop, augmentation, row, p % size);
          for (const channel of [0, 1, 2]) {
            const far = Math.abs(batch.image[p + channel * area] - wanted[channel]);
            furthest = Math.max(furthest, far);
          }
          if (batch.mask[p] !== wanted[3]) furthest = Number.POSITIVE_INFINITY;
        }
        expect(furthest).toBeLessThanOrEqual(zoomed ? 6e-5 : 0);
      },
    ),
    { numRuns: 100 },
  );
});

test('the mask goes where the image goes, and stays 0 or 1', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 24 }), (seed, size) => {
      const { mask, tile } = randomTile(seed, 30, 24);
      for (let p = 0; p < mask.length; p++) tile.data.fill(255 * mask[p], 3 * p, 3 * p + 3);
      const random = randomStream(seed, 'augmentation');
      const crop = drawCrop(random, { ...tile, size });
      const batch = sample(tile, mask, crop, drawNotebookAugmentation(random, size));
      // Nearest of a bilinear blend: where the image is all foreground or none, the mask agrees.
      const wrong = batch.mask.filter(
        (v, p) =>
          (v !== 0 && v !== 1) || (batch.image[p] % 255 === 0 && batch.image[p] / 255 !== v),
      );
      expect(wrong).toHaveLength(0);
    }),
    { numRuns: 60 },
  );
});

test('a zoomed mask keeps its area, and with it its outline', () => {
  const width = 256;
  const { tile } = randomTile(3, width);
  const mask = new Uint8Array(width * width);
  for (let y = 0; y < width; y++)
    for (let x = 0; x < width; x++)
      mask[y * width + x] = Math.hypot((x % 32) - 16, (y % 32) - 16) < 8 ? 1 : 0;
  const whole = { x: 0, y: 0, size: width };
  let excess = 0;
  const draws = 60;
  for (let draw = 0; draw < draws; draw++) {
    const random = randomStream(draw, 'zoom');
    const augmentation = drawNotebookAugmentation(random, width, {
      flipLeftRight: 0.5,
      flipUpDown: 0.5,
      quarterTurn: 0.75,
      zoom: 1,
    });
    const { zoom, ...turned } = augmentation;
    if (zoom === undefined) throw new Error('a zoom was asked for');
    const before = sample(tile, mask, whole, turned).mask;
    let area = 0;
    for (let y = zoom.y; y < zoom.y + zoom.side; y++)
      for (let x = zoom.x; x < zoom.x + zoom.side; x++) area += before[y * width + x];
    const after = sample(tile, mask, whole, augmentation).mask.reduce((sum, v) => sum + v, 0);
    excess += (after * (zoom.side / width) ** 2) / area - 1;
  }
  // The notebook's truncation loses about a seventh of discs of this size.
  expect(Math.abs(excess / draws)).toBeLessThan(0.003);
});

test('four quarter turns, or a flip twice, are the identity', () => {
  const { tile, mask } = randomTile(5, 9);
  const crop = { x: 0, y: 0, size: 9 };
  const plain = sample(tile, mask, crop, identityAugmentation);
  for (const augmentation of [
    { ...identityAugmentation, quarterTurns: 1 as const },
    { ...identityAugmentation, quarterTurns: 3 as const },
    { ...identityAugmentation, flipLeftRight: true },
    { ...identityAugmentation, flipUpDown: true },
  ]) {
    let current = { tile, mask };
    let batch = plain;
    for (let turn = 0; turn < (augmentation.quarterTurns === 0 ? 2 : 4); turn++) {
      batch = sample(current.tile, current.mask, crop, augmentation);
      const { image } = batch;
      const data = Uint8Array.from({ length: 243 }, (_, k) => image[(k % 3) * 81 + ((k / 3) | 0)]);
      current = { tile: { ...tile, data }, mask: Uint8Array.from(batch.mask) };
    }
    expect(batch).toEqual(plain);
  }
});

test('a slot is written and its neighbours are left alone', () => {
  const { tile, mask } = randomTile(6, 8);
  const batch = {
    image: new Float32Array(3 * 3 * 64).fill(-1),
    mask: new Float32Array(3 * 64).fill(-1),
    size: 8,
  };
  const crop = { x: 0, y: 0, size: 8 };
  sampleInto(tile, mask, { crop, augmentation: identityAugmentation }, batch, 1);
  const alone = sample(tile, mask, crop, identityAugmentation);
  expect(batch.image.subarray(192, 384)).toEqual(alone.image);
  expect(batch.mask.subarray(64, 128)).toEqual(alone.mask);
  expect(batch.image.filter((v) => v === -1)).toHaveLength(384);
  expect(batch.mask.filter((v) => v === -1)).toHaveLength(128);
});

test('sizes that do not agree are refused with both values', () => {
  const { tile, mask } = randomTile(1, 8);
  const size = 8;
  const batch = { image: new Float32Array(192), mask: new Float32Array(64), size };
  const whole = { crop: { x: 0, y: 0, size }, augmentation: identityAugmentation };
  const turned = (zoom: { x: number; y: number; side: number }) => ({
    ...whole,
    augmentation: { ...identityAugmentation, zoom },
  });
  const small = { ...batch, size: 4 };
  expect(() => sampleInto(tile, mask.subarray(1), whole, batch, 0)).toThrow('mask of 63');
  expect(() => sampleInto({ ...tile, width: 7 }, mask, whole, batch, 0)).toThrow('7 x 8 x 3');
  expect(() => sampleInto(tile, mask, whole, small, 0)).toThrow('crop of 8 pixels for a batch');
  expect(() => sampleInto(tile, mask, whole, batch, 1)).toThrow('slot 1 of a batch of 1');
  expect(() => sampleInto(tile, mask, { ...whole, crop: { x: 1, y: 0, size } }, batch, 0)).toThrow(
    'at [1, 0] leaves a tile of 8 x 8',
  );
  expect(() => sampleInto(tile, mask, turned({ x: 2, y: 0, side: 7 }), batch, 0)).toThrow(
    'zoom of 7 pixels at [2, 0]',
  );
  expect(() => sampleInto(tile, mask, turned({ x: 0, y: 0, side: 0 }), batch, 0)).toThrow('zoom');
});
