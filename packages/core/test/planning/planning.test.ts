import {
  chooseCrop,
  chooseDepth,
  chooseForegroundShare,
  chooseLength,
  chooseLocalContrast,
  chooseMethod,
  chooseParts,
  chooseSizes,
  chooseSplit,
  chooseWarmUp,
  completePlan,
  designTraining,
  type Fingerprint,
  type FingerprintTile,
  fingerprintOf,
  type PlannedSizes,
  stepsPerEpoch,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { gibibyte, plain } from './fingerprints.js';

const small = { kernel: 3, convolutions: 2 };
const side = (smallest: number) => ({ width: smallest, height: smallest });

describe('chooseCrop', () => {
  const cropFor = (widest: number, smallest = 1000) =>
    chooseCrop({ widest, smallest: side(smallest) });

  it('is the smallest square with room for twice the widest vessels', () => {
    expect(cropFor(10).value).toBe(128);
    expect(cropFor(64).value).toBe(128);
    expect(cropFor(64.1).value).toBe(256);
    expect(cropFor(200).value).toBe(512);
    expect(cropFor(900).value).toBe(512);
    expect(cropFor(10).reason).toContain('10 px');
    expect(cropFor(900).reason).toContain('largest squares tried');
  });

  it('fits into the images, as a multiple that a network can halve', () => {
    expect(cropFor(10, 100)).toEqual({
      value: 96,
      reason: 'the smallest images are 100 x 100: what fits of 128',
    });
    expect(cropFor(10, 16).value).toBe(16);
    expect(() => cropFor(10, 15)).toThrow('at least 16 x 16');
  });
});

describe('chooseDepth', () => {
  it('goes deeper for wider vessels, as far as the smallest map allows', () => {
    const depthFor = (widest: number, crop: number) => chooseDepth({ widest }, crop, small);
    expect(depthFor(10, 128)).toEqual({
      value: 4,
      reason:
        'sees 117 px across, and vessels are up to 10 px wide; its smallest map is 16 px a side',
    });
    expect(depthFor(100, 256).value).toBe(5);
    expect(depthFor(300, 512).value).toBe(6);
    expect(depthFor(300, 128).value).toBe(5);
    expect(depthFor(300, 128).reason).toMatch(/less than the 300 px .* no deeper, .* 8 px/);
    expect(depthFor(10, 32).value).toBe(3);
    expect(depthFor(10, 16).value).toBe(2);
  });

  it('always divides a crop that was chosen, and leaves maps of 8 pixels', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 700 }),
        fc.double({ min: 1, max: 400, noNaN: true }),
        (smallest, widest) => {
          const crop = chooseCrop({ widest, smallest: side(smallest) }).value;
          const { value: depth } = chooseDepth({ widest }, crop, small);
          expect(crop).toBeLessThanOrEqual(smallest);
          expect(crop % 2 ** (depth - 1)).toBe(0);
          expect(crop / 2 ** (depth - 1)).toBeGreaterThanOrEqual(8);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('chooseLocalContrast', () => {
  const windowFor = (widest: number, crop: number) => chooseLocalContrast({ widest }, crop).value;

  it('is half a square, odd, as far as the network takes it', () => {
    expect([16, 96, 128, 256, 512].map((crop) => windowFor(9, crop))).toEqual([
      9, 49, 65, 129, 255,
    ]);
  });

  it('is none where vessels are wide, or wider than it', () => {
    expect([windowFor(64, 128), windowFor(64.1, 256), windowFor(36, 64)]).toEqual([65, 0, 0]);
    expect(chooseLocalContrast({ widest: 89 }, 256).reason).toContain('up to 89 px wide');
  });
});

describe('chooseSizes', () => {
  const bytesOf = ({ crop, base, microBatch }: PlannedSizes) =>
    crop ** 2 * base * microBatch * 1000;
  const sizesIn = (available: number) => {
    const { crop, base, batch, microBatch } = chooseSizes(plain, { available, bytesOf });
    return [crop, base, batch, microBatch].map(({ value }) => value);
  };
  const whole = 128 ** 2 * 16 * 4 * 1000;

  it('runs fewer squares at once, then halves the channels, then the squares', () => {
    expect(sizesIn(whole / 0.79)).toEqual([128, 16, 4, 4]);
    // A fifth is left for what the estimate may miss.
    expect(sizesIn(whole / 0.81)).toEqual([128, 16, 4, 2]);
    expect(sizesIn(whole / 3)).toEqual([128, 16, 4, 1]);
    expect(sizesIn(whole / 6)).toEqual([128, 8, 4, 1]);
    expect(sizesIn(whole / 12)).toEqual([64, 16, 4, 1]);
  });

  it('says what the least is, where not even that fits', () => {
    expect(() => sizesIn(1e6)).toThrow(
      /at least about 0\.0 GiB of memory, and 0\.0 GiB are available; .* 512 x 512/,
    );
    expect(() => chooseSizes(plain, { available: gibibyte, bytesOf: () => 4 * gibibyte })).toThrow(
      'takes at least about 4.0 GiB of memory, and 1.0 GiB are available; expected at least 5.0 GiB',
    );
  });
});

describe('the data', () => {
  const splitOf = (given: Partial<Fingerprint>) => chooseSplit({ ...plain, ...given }).value;

  test('slides are kept apart where there are several, with several images', () => {
    expect(splitOf({})).toBe('slide');
    expect(splitOf({ slides: 1 })).toBe('position');
    expect(splitOf({ slides: 1, placed: false })).toBe('random');
    expect(splitOf({ slides: 40, placed: false })).toBe('random');
  });

  test('a third of the squares are cut around vessels where these are rare', () => {
    expect(chooseForegroundShare({ ...plain, vesselShare: 0.049 }).value).toBe(0.33);
    expect(chooseForegroundShare({ ...plain, vesselShare: 0.05 }).value).toBe(0);
    expect(chooseForegroundShare(plain).reason).toContain('5.0 % of the images have none');
  });

  test('stains are moved in stained sections only, and less where colours agree', () => {
    const parts = (given: Partial<Fingerprint['colour']>) =>
      chooseParts({ colour: { ...plain.colour, ...given } }).value;
    expect(parts({})).toMatchObject({ stain: 0.5, gamma: 0.3 });
    expect(parts({ variation: 0.01 })).toMatchObject({ stain: 0.25, gamma: 0.15 });
    expect(parts({ densityBlue: 0.7 })).toMatchObject({ stain: 0, gamma: 0.3 });
  });
});

test('the weight of background makes the balanced loss calibrated, from 1 to 20', () => {
  const weight = (vesselShare: number) =>
    chooseMethod({ ...plain, vesselShare }).negativeWeight.value;
  expect([weight(0.1), weight(0.8), weight(0.001)]).toEqual([9, 1, 20]);
});

describe('chooseLength', () => {
  const sizes = { crop: 128, batch: 4, trainFraction: 0.8 };
  // 32 images of 16 squares.
  it('counts the steps of an epoch', () => {
    expect(stepsPerEpoch(plain, sizes)).toBe(128);
    expect(stepsPerEpoch({ images: 2, pixels: 2 * 64 ** 2 }, sizes)).toBe(1);
  });

  const epochs = (minutes: number, secondsPerStep: number) =>
    chooseLength(plain, sizes, { minutes, timing: { secondsPerStep, secondsPerImage: 0.5 } });

  it('fits training and validation into nine tenths of the minutes', () => {
    // 128 steps and 8 images: 132 s.
    expect(epochs(60, 1).epochs.value).toBe(Math.floor(3240 / 132));
    expect(epochs(60, 1).epochs.reason).toContain('an epoch of 128 takes 2 min: 60 minutes');
    expect(epochs(1, 1).epochs).toMatchObject({ value: 1 });
    expect(epochs(1, 1).epochs.reason).toContain('more than the 1 minutes');
    expect(epochs(6000, 0.01).epochs).toMatchObject({ value: Math.round(20000 / 128) });
  });

  it('takes about 4000 steps where nothing was timed', () => {
    expect(chooseLength(plain, sizes, { minutes: 1 }).epochs.value).toBe(31);
  });

  it('stops at 300 epochs where images are few', () => {
    const few = { images: 4, pixels: 4 * 512 ** 2 };
    const timing = { secondsPerStep: 0.1, secondsPerImage: 0.1 };
    for (const time of [{ minutes: 60 }, { minutes: 6000, timing }]) {
      const { epochs } = chooseLength(few, sizes, time);
      expect(epochs.value).toBe(300);
      expect(epochs.reason).toContain('no more than 300 epochs, which are 3600 steps');
    }
  });

  it('warms up over 50 steps, or a tenth', () => {
    expect([5, 100, 499, 500, 9000].map((steps) => chooseWarmUp(steps).value)).toEqual([
      0, 10, 49, 50, 50,
    ]);
  });
});

test('a whole plan: every choice has a reason', () => {
  const design = designTraining(plain, { available: gibibyte, bytesOf: () => 1 });
  const choices = completePlan(plain, design, { minutes: 60 });
  expect(Object.keys(choices)).toHaveLength(27);
  for (const { reason } of Object.values(choices)) expect(reason).toMatch(/\w/);
});

test('nothing is planned without a vessel', () => {
  expect(() =>
    designTraining({ ...plain, vesselShare: 0 }, { available: gibibyte, bytesOf: () => 1 }),
  ).toThrow('none of the 40 labelled images has a pixel of vessel that counts');
});

describe('fingerprintOf', () => {
  const tile = (given: Partial<FingerprintTile>): FingerprintTile => ({
    width: 10,
    height: 20,
    dataset: 1,
    source: 1,
    vessels: {
      vesselPixels: 0,
      ignoredPixels: 0,
      areas: [],
      greatestWidths: [],
      widths: new Map(),
    },
    colour: { densityRed: 0.1, densityGreen: 0.2, densityBlue: 0.3, clearShare: 0 },
    ...given,
  });

  it('sums up tiles of several sizes, slides and colours', () => {
    const found = fingerprintOf(
      [
        tile({
          vessels: {
            vesselPixels: 60,
            ignoredPixels: 50,
            // A speck does not count for much beside a vessel.
            areas: [1, 59],
            greatestWidths: [1, 8],
            widths: new Map([
              [1, 1],
              [6, 8],
              [8, 1],
            ]),
          },
        }),
        tile({
          width: 30,
          height: 10,
          source: 2,
          colour: { densityRed: 0.3, densityGreen: 0.2, densityBlue: 0.3, clearShare: 0.5 },
        }),
        tile({ source: 2, dataset: 2 }),
        tile({ source: 2, dataset: 2 }),
      ],
      { placed: true, duplicates: 1 },
    );
    expect(found).toMatchObject({
      images: 4,
      slides: 2,
      groupSizes: { least: 1, most: 2 },
      duplicates: 1,
      smallest: { width: 10, height: 10 },
      largest: { width: 30, height: 20 },
      pixels: 900,
      ignoredShare: 50 / 900,
      vesselShare: 60 / 850,
      imagesWithoutVessel: 3,
      vessels: 2,
      vesselWidth: { low: 1, median: 6, high: 6 },
      widest: 8,
    });
    expect(found.vesselArea.median).toBe(30);
    expect(found.colour.densityRed).toBeCloseTo(0.15, 12);
    // Of 0.1, 0.3, 0.1, 0.1 over one of three channels.
    expect(found.colour.variation).toBeCloseTo(Math.sqrt(0.0075 / 3), 12);
  });

  it('is all 0 about vessels where there are none', () => {
    const found = fingerprintOf([tile({})], { placed: false, duplicates: 0 });
    expect(found).toMatchObject({ vesselShare: 0, widest: 0, vesselWidth: { median: 0 } });
    expect(() => fingerprintOf([], { placed: false, duplicates: 0 })).toThrow(RangeError);
  });
});
