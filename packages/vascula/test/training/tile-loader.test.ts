import { rm } from 'node:fs/promises';
import { InputError } from '@vascula/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dataset, openDataset } from '../../dist/dataset/index.js';
import { tileSource } from '../../dist/training/index.js';
import { decodeAgain, decodedBytes, keepDecoded } from '../../dist/training/tile-loader.js';
import { temporaryFolder } from '../support/folder.js';
import { tinyDataset } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let dataset: Dataset;
beforeAll(async () => {
  temporary = await temporaryFolder();
  dataset = await openDataset(await tinyDataset(temporary.path));
});
afterAll(() => temporary.remove());

test('tiles that are kept and tiles decoded again are the same pixels', async () => {
  const source = tileSource(dataset);
  const [kept, again] = [keepDecoded(), decodeAgain()];
  for (const tile of [...dataset.tiles, ...dataset.tiles]) {
    const { image, mask } = await source.load(tile.id);
    for (const load of [kept, again]) {
      const loaded = await load(tile, dataset.tileSize);
      expect(loaded).toEqual({ image, mask });
      expect(loaded.image.data.length + loaded.mask.length).toBe(decodedBytes(image));
    }
  }
});

test('only what is kept does without its file; a tile at fault is not kept', async () => {
  const [tile, other] = dataset.tiles as [Dataset['tiles'][0], Dataset['tiles'][0]];
  const [kept, again] = [keepDecoded(), decodeAgain()];
  const before = await kept(tile, dataset.tileSize);
  await again(tile, dataset.tileSize);
  await Promise.all([tile, other].map(({ file = '' }) => rm(file)));
  expect(await kept(tile, dataset.tileSize)).toBe(before);
  for (const load of [() => again(tile, dataset.tileSize), () => kept(other, dataset.tileSize)])
    await expect(load()).rejects.toThrow(InputError);
});
