import { plainTarget } from '@vascula/autograd';
import { type ModelSpec, notebookSpecs, trainingBytes } from '@vascula/core';
import { expect, test } from 'vitest';

const spec: ModelSpec = { ...notebookSpecs.unet, base: 8, kernel: 3 };
const recipe = { batch: 4, microBatch: 4, crop: 256, negativeWeight: 3 };
const tileSize = { width: 512, height: 512 };

const bytes = (
  changes: Partial<typeof recipe> = {},
  model: Partial<ModelSpec> = {},
  side = tileSize.width,
) =>
  trainingBytes(
    {
      spec: { ...spec, ...model },
      recipe: { ...recipe, ...changes },
      tileSize: { width: side, height: side },
    },
    { ...plainTarget, sharesMemory: true },
  );

test('what is run at once decides, not how often', () => {
  const whole = bytes();
  expect(bytes({ microBatch: 2 })).toBeLessThan(whole);
  expect(bytes({ microBatch: 1 })).toBeLessThan(bytes({ microBatch: 2 }));
  expect(bytes({ batch: 64, microBatch: 1 })).toBe(bytes({ microBatch: 1 }));
});

test('it grows with squares, network and tiles', () => {
  const whole = bytes();
  expect(bytes({ crop: 512 })).toBeGreaterThan(2 * whole);
  expect(bytes({}, { base: 16 })).toBeGreaterThan(1.3 * whole);
  expect(bytes({}, { kernel: 5 })).toBeGreaterThan(whole);
  expect(bytes({}, {}, 1024)).toBeGreaterThan(whole);
});

test('the notebook on whole tiles, a square at a time, takes less than 7 GiB; all four at once more than twice that', () => {
  const notebook = { batch: 4, crop: 512 };
  for (const model of Object.values(notebookSpecs)) {
    const one = bytes({ ...notebook, microBatch: 1 }, model);
    expect(one).toBeLessThan(7 * 2 ** 30);
    expect(bytes({ ...notebook, microBatch: 4 }, model)).toBeGreaterThan(2 * one);
  }
});
