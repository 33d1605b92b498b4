import { plainTarget } from '@vascula/autograd';
import { buildModel, emptyParameters, notebookSpecs, predictionBytes } from '@vascula/core';
import { expect, test } from 'vitest';

const spec = { ...notebookSpecs.unet, base: 8, kernel: 3 };
const model = buildModel(spec, { batch: 1, height: 16, width: 16 }, emptyParameters);
const bytes = (width: number, height: number) =>
  predictionBytes(model, { width, height }, plainTarget);

test('memory of a prediction goes by the pixels that the network is fed', () => {
  const fixed = 2 * bytes(512, 512) - bytes(512, 1024);
  expect(bytes(1024, 1024) - fixed).toBeCloseTo(4 * (bytes(512, 512) - fixed), 3);
  expect(bytes(500, 497)).toBe(bytes(512, 512));
  // At the busiest moment eight channels and their skips are in use, a few times over.
  const perPixel = (bytes(1024, 1024) - fixed) / 1024 ** 2;
  expect(perPixel).toBeGreaterThan(8 * 4 * 2);
  expect(perPixel).toBeLessThan(8 * 4 * 20);
});

test('a size that no memory holds is a number, not an attempt', () => {
  expect(bytes(100_000, 100_000)).toBeGreaterThan(1e12);
});
