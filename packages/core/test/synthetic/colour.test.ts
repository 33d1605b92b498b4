import { SYNTHETIC_SLIDES, syntheticTile } from '@vascula/core';
import { expect, it } from 'vitest';

const SIZE = 192;
const BINS = 16;

const sample = Array.from({ length: 30 }, (_, item) =>
  syntheticTile({ seed: 3, item, size: SIZE, slide: SYNTHETIC_SLIDES[item % 6] }),
);
const masks = sample.map(({ vesselMask }) => vesselMask);
const images = sample.map(({ image }) => image);

/**
 * IoU, pooled, of the best rule that looks at three numbers of a pixel (16 steps each): bins in order
 * of their share of vessel, as many of them as serve best. It is fitted on the very tiles it is scored
 * on, so no rule of these numbers, learnt or thresholded, does better.
 */
function bestRule(features: readonly Uint8Array[]): number {
  const all = new Float64Array(BINS ** 3);
  const vessel = new Float64Array(BINS ** 3);
  features.forEach((feature, t) => {
    for (let at = 0; at < SIZE * SIZE; at++) {
      const [a, b, c] = [feature[3 * at] >> 4, feature[3 * at + 1] >> 4, feature[3 * at + 2] >> 4];
      const bin = (a * BINS + b) * BINS + c;
      all[bin]++;
      vessel[bin] += masks[t][at];
    }
  });
  const total = vessel.reduce((sum, count) => sum + count, 0);
  const bins = Array.from(all.keys()).filter((bin) => all[bin] > 0);
  bins.sort((a, b) => vessel[b] / all[b] - vessel[a] / all[a]);
  let [best, hits, taken] = [0, 0, 0];
  for (const bin of bins) {
    hits += vessel[bin];
    taken += all[bin];
    best = Math.max(best, hits / (total + taken - hits));
  }
  return best;
}

/** Mean of each channel over a square of 2 * reach + 1 pixels, cut off at the border. */
function boxMean(image: Uint8Array, reach: number): Uint8Array {
  const sums = new Float64Array((SIZE + 1) * (SIZE + 1));
  const result = new Uint8Array(image.length);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < SIZE; y++) {
      let row = 0;
      for (let x = 0; x < SIZE; x++) {
        row += image[(y * SIZE + x) * 3 + channel];
        sums[(y + 1) * (SIZE + 1) + x + 1] = sums[y * (SIZE + 1) + x + 1] + row;
      }
    }
    for (let y = 0; y < SIZE; y++)
      for (let x = 0; x < SIZE; x++) {
        const [x0, y0] = [Math.max(0, x - reach), Math.max(0, y - reach)];
        const [x1, y1] = [Math.min(SIZE, x + reach + 1), Math.min(SIZE, y + reach + 1)];
        const sum =
          sums[y1 * (SIZE + 1) + x1] -
          sums[y0 * (SIZE + 1) + x1] -
          sums[y1 * (SIZE + 1) + x0] +
          sums[y0 * (SIZE + 1) + x0];
        result[(y * SIZE + x) * 3 + channel] = sum / ((x1 - x0) * (y1 - y0));
      }
  }
  return result;
}

it('no rule of colour finds the vessels', () => {
  expect(bestRule(images)).toBeLessThan(0.25);
});

it('no rule of brightness beside its surroundings finds the vessels', () => {
  const features = images.map((image) => {
    const [near, far] = [boxMean(image, 2), boxMean(image, 8)];
    // Green absorbs most stain: the pixel itself, and its means over 5 and 17 pixels.
    return image.map((_, at) => [image, near, far][at % 3][3 * Math.floor(at / 3) + 1]);
  });
  expect(bestRule(features)).toBeLessThan(0.35);
});

it('no rule of blurred colour finds the vessels', () => {
  for (const reach of [2, 6])
    expect(bestRule(images.map((image) => boxMean(image, reach)))).toBeLessThan(0.35);
});
