import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@vascula/core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDataset } from '../../dist/dataset/index.js';
import { runFiles } from '../../dist/run/index.js';
import { findDuplicates, leakedTiles } from '../../dist/training/index.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { tinyDataset, tinyFlags } from '../support/tiny-run.js';

const { signal } = new AbortController();

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
/** The tiles, in the order of the table. */
let ids: string[];
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  // Of one dataset, so that the first in the table is the first of equals.
  const table = join(data, 'tile_meta.csv');
  const rows = (await readFile(table, 'utf8')).replace(/^(\w+,\d+),\d+,/gm, '$1,1,');
  await writeFile(table, rows);
  ids = (await openDataset(data)).tiles.map(({ id }) => id);
  // The second and the fourth are the first; the fourth's file is compressed in another way.
  const file = (at: number) => join(data, 'train', `${ids[at]}.tif`);
  await copyFile(file(0), file(1));
  await writeFile(file(3), await sharp(file(0)).tiff({ compression: 'deflate' }).toBuffer());
});
afterAll(() => temporary.remove());

test('tiles of equal pixels are found, whatever their files; the best reviewed is the first', async () => {
  const dataset = await openDataset(data);
  const [first, second, , fourth] = ids as [string, string, string, string];
  expect(await findDuplicates(dataset, { signal })).toEqual([
    { id: second, repeats: first },
    { id: fourth, repeats: first },
  ]);
  const tiles = dataset.tiles.map((tile) => ({ ...tile, dataset: tile.id === fourth ? 1 : 2 }));
  expect(await findDuplicates({ ...dataset, tiles }, { signal })).toEqual([
    { id: first, repeats: fourth },
    { id: second, repeats: fourth },
  ]);
});

test('a leak is a validation tile whose pixels were trained on', () => {
  const found = [
    { id: 'b', repeats: 'a' },
    { id: 'c', repeats: 'a' },
  ];
  expect(leakedTiles({ train: ['a', 'x'], validation: ['b', 'y'] }, found)).toEqual(['b']);
  expect(leakedTiles({ train: ['b', 'x'], validation: ['c', 'a', 'y'] }, found)).toEqual([
    'c',
    'a',
  ]);
  expect(leakedTiles({ train: ['x'], validation: ['a', 'b', 'c'] }, found)).toEqual([]);
  expect(leakedTiles({ train: ['x'], validation: ['y'] }, [])).toEqual([]);
});

test('a tile that cannot be read is named before anything is trained', async () => {
  const dataset = await openDataset(data);
  const [tile] = dataset.tiles;
  const file = join(temporary.path, 'cut.tif');
  await writeFile(file, (await readFile(tile?.file as string)).subarray(0, 400));
  const tiles = [{ ...tile, file } as typeof tile & object];
  await expect(findDuplicates({ ...dataset, tiles }, { signal })).rejects.toThrow(InputError);
});

async function train(name: string, ...flags: string[]) {
  const run = join(temporary.path, name);
  const args = ['train', data, '-o', run, '--epochs', '1', ...tinyFlags, ...flags];
  const { code, messages } = await commandLine(args);
  expect(code, messages).toBe(0);
  const read = async (path: string) => JSON.parse(await readFile(path, 'utf8'));
  const { config, split } = runFiles(run);
  return { messages, config: await read(config), split: await read(split) };
}

test('they are left out by default, which is said and recorded', async () => {
  const { messages, config, split } = await train('dropped');
  const [first, second, , fourth] = ids;
  expect(split.dropped).toEqual([
    { id: second, repeats: first },
    { id: fourth, repeats: first },
  ]);
  const used = [...split.train, ...split.validation];
  expect(used.sort()).toEqual(ids.filter((id) => id !== second && id !== fourth).sort());
  expect(config.data.duplicates).toBe('drop');
  expect(messages).toContain(
    `Note: left out 2 labelled tiles with exactly the pixels of another (${second} of ${first}, ${fourth} of ${first}; all in split.json)`,
  );
  expect(messages).not.toContain('Warning');
});

test('kept, they are trained on, and a score that they spoil is warned of', async () => {
  // Seeds until the split parts the three.
  for (let seed = 0; ; seed++) {
    const { messages, config, split } = await train(
      `kept-${seed}`,
      '--duplicates',
      'keep',
      '--seed',
      `${seed}`,
    );
    expect(split.dropped).toBeUndefined();
    expect(config.data.duplicates).toBe('keep');
    expect([...split.train, ...split.validation].sort()).toEqual([...ids].sort());
    const same = [0, 1, 3].filter((at) => split.validation.includes(ids[at]));
    const isLeak = same.length > 0 && same.length < 3;
    expect(messages.includes('exactly the pixels of a training tile')).toBe(isLeak);
    if (isLeak) return;
  }
});

test('where too few tiles are left, the message says why', async () => {
  const copies = await tinyDataset(join(temporary.path, 'copies'));
  const [first, ...others] = (await openDataset(copies)).tiles;
  for (const { file } of others) await copyFile(first?.file as string, file as string);
  const run = join(temporary.path, 'too-few');
  const { code, messages } = await commandLine(['train', copies, '-o', run, ...tinyFlags]);
  expect(code).toBe(1);
  expect(messages).toContain(
    '1 labelled tile(s), 7 with the pixels of another left out; expected at least 2',
  );
});
