import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  augmentationPresets,
  drawPlacement,
  epochBatches,
  evenSampling,
  InputError,
  type SampleBatch,
  sampleInto,
} from '@vascula/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dataset, openDataset } from '../../dist/dataset/index.js';
import {
  type FeedOptions,
  keptBytes,
  openBatchFeed,
  tileSource,
} from '../../dist/training/index.js';
import { temporaryFolder } from '../support/folder.js';
import { tinyDataset } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let dataset: Dataset;
beforeAll(async () => {
  temporary = await temporaryFolder();
  dataset = await openDataset(await tinyDataset(temporary.path));
});
afterAll(() => temporary.remove());

const recipe = {
  seed: 3,
  crop: 32,
  batch: 3,
  epochs: 2,
  sampling: evenSampling,
  augmentation: augmentationPresets.notebook,
};
const options = (more: Partial<FeedOptions> = {}): FeedOptions => ({
  dataset,
  tileSize: dataset.tileSize,
  ids: dataset.tiles.map(({ id }) => id).slice(0, 7),
  copies: 2,
  recipe,
  from: { epochs: 0, step: 0 },
  ...more,
});

/** All that is left of a run, copied: a batch's memory is used again. */
async function batchesOf(more: Partial<FeedOptions> = {}): Promise<SampleBatch[]> {
  const feed = openBatchFeed(options(more));
  try {
    const { epochs, step } = options(more).from;
    const count = feed.stepsPerEpoch * (recipe.epochs - epochs) - step;
    const batches: SampleBatch[] = [];
    for (let k = 0; k < count; k++) {
      const { image, mask, size } = await feed.next();
      batches.push({ image: Float32Array.from(image), mask: Float32Array.from(mask), size });
    }
    await expect(feed.next()).rejects.toThrow('the run has 2 epochs');
    return batches;
  } finally {
    await feed.close();
  }
}

/** What the draws say, one square after the other on this thread. */
async function drawnBatches(
  { ids, copies, recipe }: FeedOptions,
  groupOf?: (id: string) => string,
): Promise<SampleBatch[]> {
  const source = tileSource(dataset);
  const area = recipe.crop ** 2;
  const batches: SampleBatch[] = [];
  for (const epoch of [1, 2])
    for (const draws of epochBatches(ids, copies, epoch, recipe, groupOf)) {
      const image = new Float32Array(recipe.batch * 3 * area);
      const batch = { image, mask: new Float32Array(recipe.batch * area), size: recipe.crop };
      for (const [slot, draw] of draws.entries()) {
        const { image, mask } = await source.load(draw.id);
        const placement = drawPlacement({ ...image, mask }, draw, epoch, recipe);
        sampleInto(image, mask, placement, batch, slot);
      }
      batches.push(batch);
    }
  return batches;
}

test('batches are what their draws say, whatever the number of workers', async () => {
  const expected = await drawnBatches(options());
  expect(expected).toHaveLength(10);
  for (const workers of [1, 2, 3]) expect(await batchesOf({ workers })).toEqual(expected);
});

test('balanced squares around vessels with every augmentation are what their draws say too', async () => {
  const [{ id: alone }] = dataset.tiles;
  const tiles = dataset.tiles.map((tile) => ({ ...tile, source: tile.id === alone ? 1 : 2 }));
  const more = {
    dataset: { ...dataset, tiles },
    recipe: {
      ...recipe,
      sampling: { foregroundShare: 0.5, balance: 'source' as const },
      augmentation: augmentationPresets.strong,
    },
  };
  const groups = new Map(tiles.map((tile) => [tile.id, `${tile.dataset}/${tile.source}`]));
  const expected = await drawnBatches(options(more), (id) => groups.get(id) as string);
  expect(await batchesOf(more)).toEqual(expected);
  expect(expected).not.toEqual(await drawnBatches(options(more)));
});

test('tiles are kept by every worker where all fit in 128 MiB, and else none', () => {
  const count = (ids: number, side: number, workers: number) => {
    const tiles = dataset.tiles.map((tile) => ({ ...tile, size: { width: side, height: side } }));
    const named = tiles.slice(0, ids).map(({ id }) => id);
    return keptBytes({ ...options(), dataset: { ...dataset, tiles }, ids: named, workers });
  };
  expect(keptBytes(options({ workers: 3 }))).toBe(3 * 7 * 4 * 64 * 64);
  expect(count(2, 4096, 1)).toBe(2 ** 27);
  expect(count(2, 4097, 1)).toBe(0);
  expect(count(2, 4096, 2)).toBe(0);
});

test('a feed that begins later gives what the whole one gives from there on', async () => {
  const whole = await batchesOf();
  for (const from of [
    { epochs: 0, step: 3 },
    { epochs: 0, step: 5 },
    { epochs: 1, step: 2 },
  ])
    expect(await batchesOf({ from })).toEqual(whole.slice(from.epochs * 5 + from.step));
});

test('the memory of a batch goes into one to come when the next is asked for', async () => {
  const feed = openBatchFeed(options());
  const first = await feed.next();
  expect(first.image).toHaveLength(recipe.batch * 3 * recipe.crop ** 2);
  await feed.next();
  await feed.next();
  expect([first.image.length, first.mask.length]).toEqual([0, 0]);
  await feed.close();
});

test('a tile that breaks during training is named when its batch is asked for', async () => {
  const data = await tinyDataset(join(temporary.path, 'broken'));
  const broken = await openDataset(data);
  const [{ id, file = '' }] = broken.tiles;
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(0, bytes.length - 200));
  const feed = openBatchFeed(options({ dataset: broken, ids: [id], copies: 1 }));
  const failure = await feed.next().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(InputError);
  expect((failure as InputError).fault.path).toBe(file);
  await copyFile(join(dataset.folder, 'train', `${id}.tif`), file);
  await feed.close();
});

test('a closed feed answers that it is', async () => {
  const feed = openBatchFeed(options());
  await feed.close();
  await expect(feed.next()).rejects.toThrow('the workers for tiles are closed');
});
