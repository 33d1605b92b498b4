import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@vascula/core';
import { openDataset, readAnnotations, readTile, tileMask } from 'vascula';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  labelLine,
  pixels,
  SIZE,
  SQUARE,
  temporaryFolder,
  tiff,
  writeGoodFolder,
} from '../support/folder.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
beforeEach(async () => {
  temporary = await temporaryFolder();
  folder = temporary.path;
  await writeGoodFolder(folder);
});
afterEach(() => temporary.remove());

const size = { width: SIZE, height: SIZE };

test('an index of tiles, slides and labels', async () => {
  const dataset = await openDataset(folder);
  expect(dataset.tileSize).toEqual(size);
  expect(dataset.tiles.map(({ id, source, dataset, i, j }) => [id, source, dataset, i, j])).toEqual(
    [
      ['aa', 1, 1, 0, 512],
      ['bb', 1, 1, 512, 512],
      ['cc', 2, 2, 1024, 36],
      ['dd', 9, 3, 0, 0],
    ],
  );
  expect(dataset.tiles.map(({ file }) => file)).toEqual([
    join(folder, 'train', 'aa.tif'),
    join(folder, 'train', 'bb.tif'),
    join(folder, 'train', 'cc.tif'),
    undefined,
  ]);
  expect(
    dataset.tiles.map(({ labels }) => (labels && 'line' in labels ? labels.line : undefined)),
  ).toEqual([1, 2, undefined, undefined]);
  expect(dataset.slides.get(1)).toEqual({
    source: 1,
    age: 58,
    sex: 'F',
    race: 'W',
    height: 160,
    weight: 59,
    bmi: 23,
  });
  expect(dataset.slides.get(2)?.age).toBeUndefined();
  expect([...dataset.testFiles.keys()]).toEqual(['tt']);
});

test('pixels, annotations and masks of a tile', async () => {
  const { tiles, tileSize } = await openDataset(folder);
  const { data, width, height } = await readTile(tiles[1], tileSize);
  expect([width, height]).toEqual([SIZE, SIZE]);
  expect(Buffer.compare(data, pixels(1))).toBe(0);
  expect(await readAnnotations(tiles[0])).toEqual([{ type: 'blood_vessel', outline: SQUARE }]);
  expect((await readAnnotations(tiles[1])).map(({ type }) => type)).toEqual([
    'glomerulus',
    'unsure',
  ]);
  expect(await readAnnotations(tiles[2])).toEqual([]);

  const mask = await tileMask(tiles[0], 'blood_vessel', size);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const inside = x >= 2 && x <= 10 && y >= 3 && y <= 12;
      expect(mask[y * SIZE + x]).toBe(inside ? 1 : 0);
    }
  }
  expect((await tileMask(tiles[0], 'glomerulus', size)).some(Boolean)).toBe(false);
});

test('overlapping outlines of a type make one union', async () => {
  const shifted = SQUARE.map(([x, y]) => [x + 4, y + 4]);
  await writeFile(join(folder, 'polygons.jsonl'), labelLine('aa', SQUARE, shifted));
  const mask = await tileMask((await openDataset(folder)).tiles[0], 'blood_vessel', size);
  // Two squares of 9 x 10 that share 5 x 6.
  expect(mask.reduce((sum, value) => sum + value, 0)).toBe(90 + 90 - 30);
});

test('label files are merged; a byte order mark and CRLF are tolerated', async () => {
  await writeFile(join(folder, 'polygons.jsonl'), `\uFEFF${labelLine('aa', SQUARE)}\r\n`);
  await writeFile(join(folder, 'more.jsonl'), `\r\n${labelLine('cc', SQUARE)}`);
  const { tiles } = await openDataset(folder, { polygons: ['polygons.jsonl', 'more.jsonl'] });
  const labelled = tiles.filter(({ labels }) => labels !== undefined);
  expect(labelled.map(({ id, labels }) => [id, labels && 'line' in labels && labels.line])).toEqual(
    [
      ['aa', 1],
      ['cc', 2],
    ],
  );
  for (const tile of labelled) expect(await readAnnotations(tile)).toHaveLength(1);
});

test('without labels where none are asked for', async () => {
  await rm(join(folder, 'polygons.jsonl'));
  await expect(openDataset(folder)).rejects.toThrow('polygons.jsonl: is missing');
  const { tiles } = await openDataset(folder, { polygons: [] });
  expect(tiles.every(({ labels }) => labels === undefined)).toBe(true);
});

test('optional parts may be missing', async () => {
  for (const name of ['wsi_meta.csv', 'test', 'sample_submission.csv']) {
    await rm(join(folder, name), { recursive: true });
  }
  const dataset = await openDataset(folder);
  expect([dataset.slides.size, dataset.testFiles.size]).toEqual([0, 0]);
});

test('the tile size is that of most; an odd tile is refused when read', async () => {
  await writeFile(join(folder, 'polygons.jsonl'), labelLine('cc', SQUARE));
  await writeFile(
    join(folder, 'polygons.jsonl'),
    `${['aa', 'bb', 'cc'].map((id) => labelLine(id, SQUARE)).join('\n')}\n`,
  );
  await writeFile(
    join(folder, 'train', 'aa.tif'),
    await tiff(pixels(3, 16, 16), { width: 16, height: 16 }),
  );
  const { tiles, tileSize } = await openDataset(folder);
  expect(tileSize).toEqual(size);
  const reading = readTile(tiles[0], tileSize);
  await expect(reading).rejects.toThrow(InputError);
  await expect(reading).rejects.toThrow('16 x 16 pixels; expected 32 x 32');
  await expect(readTile(tiles[3], tileSize)).rejects.toThrow('dd.tif: was not downloaded');
});

test('the first fault is thrown, with its data', async () => {
  await writeFile(join(folder, 'tile_meta.csv'), 'id,source_wsi,dataset,i,j\naa,1,one,0,0\n');
  const error = await openDataset(folder).catch((reason) => reason);
  expect(error).toBeInstanceOf(InputError);
  expect(error.fault).toMatchObject({
    path: join(folder, 'tile_meta.csv'),
    line: 2,
    field: 'dataset',
  });
});

test('labels that changed on disk since are refused', async () => {
  const { tiles } = await openDataset(folder);
  await writeFile(join(folder, 'polygons.jsonl'), `${labelLine('cc', SQUARE)}\n`);
  await expect(readAnnotations(tiles[0])).rejects.toThrow(InputError);
  await rm(join(folder, 'polygons.jsonl'));
  await expect(readAnnotations(tiles[0])).rejects.toThrow('polygons.jsonl: is missing');
});

const data =
  process.env.VASCULA_DATA ?? new URL('../../../../../shared/data', import.meta.url).pathname;
const hubmap = join(data, 'hubmap');
describe.skipIf(!existsSync(hubmap))('real tiles (skipped where VASCULA_DATA is not there)', () => {
  test('the competition folder opens, and its masks have the share of vessels expected', async () => {
    const polygons = ['polygons.jsonl', 'polygons_approx.jsonl'];
    const { tiles, tileSize, slides } = await openDataset(hubmap, { polygons });
    expect([tiles.length, tileSize, slides.size]).toEqual([7033, { width: 512, height: 512 }, 4]);
    const labelled = tiles.filter(({ labels }) => labels !== undefined);
    expect(labelled).toHaveLength(20);
    let positive = 0;
    for (const tile of labelled) {
      const mask = await tileMask(tile, 'blood_vessel', tileSize);
      positive += mask.reduce((sum, value) => sum + value, 0) / mask.length;
    }
    expect(positive / 20).toBeGreaterThan(0.01);
    expect(positive / 20).toBeLessThan(0.15);
    expect((await readTile(labelled[0], tileSize)).data).toHaveLength(512 * 512 * 3);
  });
});
