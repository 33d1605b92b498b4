import { readFileSync } from 'node:fs';
import {
  type Augmentation,
  type Crop,
  drawElasticField,
  IGNORED,
  identityAugmentation,
  randomStream,
  sampleInto,
  type Warp,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

interface Case {
  crop: Crop;
  augmentation: Augmentation;
  image: number[];
  truth: string;
}
interface Fixture {
  width: number;
  height: number;
  tile: number[];
  truth: string;
  cases: Case[];
}
const fixture: Fixture = JSON.parse(
  readFileSync(new URL('../fixtures/warp.json', import.meta.url), 'utf8'),
);

const values: Record<string, number> = { 0: 0, 1: 1, x: IGNORED };
const truthOf = (text: string) => Uint8Array.from(text, (letter) => values[letter]);

type Tile = { data: Uint8Array; width: number; height: number };

function sample(tile: Tile, truth: Uint8Array, crop: Crop, augmentation: Augmentation) {
  const area = crop.size ** 2;
  const image = new Float32Array(3 * area);
  const batch = { image, mask: new Float32Array(area), size: crop.size };
  sampleInto(tile, truth, { crop, augmentation }, batch, 0);
  return batch;
}

function randomTile(seed: number, width: number, height: number) {
  const random = randomStream(seed, 'tile');
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256));
  const truth = Uint8Array.from({ length: width * height }, () => [0, 1, 255][random.integer(3)]);
  return { tile: { data, width, height }, truth };
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, k) => Math.max(most, Math.abs(value - b[k])), 0);

const warped = (warp: Partial<Warp>, more: Partial<Augmentation> = {}): Augmentation => ({
  ...identityAugmentation,
  ...more,
  warp: { degrees: 0, scale: 1, ...warp },
});

describe('against SciPy, PyTorch and OpenCV', () => {
  const tile = { ...fixture, data: Uint8Array.from(fixture.tile) };
  test.each(fixture.cases.map((one, index) => [index, one] as const))(
    'case %i',
    (_, { crop, augmentation, image, truth }) => {
      const batch = sample(tile, truthOf(fixture.truth), crop, augmentation);
      expect(furthest(batch.image, image)).toBeLessThan(1e-4);
      expect(batch.mask).toEqual(Float32Array.from(truthOf(truth)));
    },
  );
});

test('a warp that changes nothing gives what there is without, flips and turns included', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(9),
      fc.nat(9),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(0, 1, 2, 3),
      (seed, size, x, y, flipLeftRight, flipUpDown, quarterTurns) => {
        const { tile, truth } = randomTile(seed, size + 9, size + 12);
        const crop = { x, y, size };
        const plain = { flipLeftRight, flipUpDown, quarterTurns };
        const still = drawElasticField(randomStream(seed), size, { amplitude: 0, spacing: 8 });
        const exact = sample(tile, truth, crop, plain);
        expect(sample(tile, truth, crop, warped({}, plain))).toEqual(exact);
        expect(sample(tile, truth, crop, warped({ elastic: still }, plain))).toEqual(exact);
      },
    ),
    { numRuns: 60 },
  );
});

test('a free rotation by quarter turns is rot90', () => {
  const { tile, truth } = randomTile(4, 41, 37);
  const crop = { x: 7, y: 3, size: 30 };
  for (const quarterTurns of [1, 2, 3] as const) {
    const turned = sample(tile, truth, crop, { ...identityAugmentation, quarterTurns });
    for (const degrees of [90 * quarterTurns, 90 * quarterTurns - 360]) {
      const free = sample(tile, truth, crop, warped({ degrees }));
      expect(furthest(free.image, turned.image)).toBeLessThan(1e-4);
      expect(free.mask).toEqual(turned.mask);
    }
  }
});

test('what is enlarged twice shows the middle half, what is halved reads the whole tile', () => {
  const width = 64;
  const data = Uint8Array.from({ length: width * width * 3 }, (_, k) => Math.floor(k / 3) % width);
  const tile = { data, width, height: width };
  const truth = new Uint8Array(width * width);
  const row = (crop: Crop, scale: number) =>
    [...sample(tile, truth, crop, warped({ scale })).image].slice(0, crop.size);
  const enlarged = row({ x: 16, y: 16, size: 32 }, 2);
  expect([enlarged[0], enlarged[31]]).toEqual([31.5 - 7.75, 31.5 + 7.75]);
  const halved = row({ x: 16, y: 16, size: 32 }, 0.5);
  expect([halved[0], halved[31]]).toEqual([0.5, 62.5]);
});

test('no value is made that was not there, wherever the square reads', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 24 }),
      fc.integer({ min: 1, max: 24 }),
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: 0.1, max: 10, noNaN: true }),
      (seed, width, height, degrees, scale) => {
        const { tile, truth } = randomTile(seed, width, height);
        const size = Math.min(width, height);
        const elastic = drawElasticField(randomStream(seed), size, { amplitude: 20, spacing: 8 });
        const crop = { x: width - size, y: height - size, size };
        const batch = sample(tile, truth, crop, warped({ degrees, scale, elastic }));
        const present = new Set(truth);
        expect(batch.mask.every((value) => present.has(value))).toBe(true);
        const { data } = tile;
        const [least, most] = [Math.min(...data), Math.max(...data)];
        // Not NaN either.
        expect(batch.image.every((value) => value >= least - 1e-4 && value <= most + 1e-4)).toBe(
          true,
        );
      },
    ),
  );
});

test('the truth goes where the image goes', () => {
  const { tile, truth } = randomTile(8, 50, 50);
  for (let p = 0; p < truth.length; p++) tile.data.fill(truth[p] === 1 ? 255 : 0, 3 * p, 3 * p + 3);
  const crop = { x: 9, y: 9, size: 32 };
  const elastic = drawElasticField(randomStream(8), 32, { amplitude: 3, spacing: 9 });
  const batch = sample(tile, truth, crop, warped({ degrees: 33, scale: 1.3, elastic }));
  // Nearest of a bilinear blend: where the image is all vessel or none, so is the truth.
  const sure = [...batch.image.slice(0, 1024)].flatMap((value, p) =>
    value === 0 || value === 255 ? [[value === 255, batch.mask[p] === 1]] : [],
  );
  expect(sure.length).toBeGreaterThan(50);
  for (const [image, mask] of sure) expect(mask).toBe(image);
});

test('displacements are half as far as the vectors they are made of, and do not fold the picture', () => {
  const size = 128;
  // The place along x as a picture: values rise from column to column where nothing folds.
  const width = 256;
  const data = Uint8Array.from({ length: width * width * 3 }, (_, k) => Math.floor(k / 3) % width);
  const tile = { data, width, height: width };
  const crop = { x: 64, y: 64, size };
  let squares = 0;
  const draws = 40;
  let rising = 0;
  for (let seed = 0; seed < draws; seed++) {
    const elastic = drawElasticField(randomStream(seed), size, { amplitude: 10, spacing: 32 });
    const { image } = sample(tile, new Uint8Array(width ** 2), crop, warped({ elastic }));
    for (let p = 0; p < size * size; p++) {
      squares += (image[p] - (64 + (p % size))) ** 2;
      if (p % size > 0 && image[p] > image[p - 1]) rising++;
    }
  }
  const deviation = Math.sqrt(squares / (draws * size * size));
  expect(deviation).toBeGreaterThan(4.3);
  expect(deviation).toBeLessThan(5.3);
  expect(rising).toBe(draws * size * (size - 1));
});
