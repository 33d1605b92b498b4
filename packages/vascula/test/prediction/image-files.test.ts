import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageFiles } from '../../dist/prediction/index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'images-'));
  await mkdir(join(folder, 'tiles'));
  for (const name of ['a.tif', '.hidden.tif', 'notes.txt'])
    await writeFile(join(folder, 'tiles', name), '');
});
afterAll(() => rm(folder, { recursive: true }));

test.each(['../', './'])('a path that begins with %s is no hidden file', async (start) => {
  const from = join(process.cwd(), start);
  const path = `${start}${relative(from, join(folder, 'tiles', 'a.tif'))}`;
  expect(await imageFiles([path])).toEqual([{ name: 'a', path }]);
});

test('hidden files and other endings of a folder are passed over, and refused by name', async () => {
  const tiles = join(folder, 'tiles');
  expect((await imageFiles([tiles])).map(({ name }) => name)).toEqual(['a']);
  for (const name of ['.hidden.tif', 'notes.txt'])
    await expect(imageFiles([join(tiles, name)])).rejects.toThrow('is not named as an image');
});
