import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@vascula/core';
import sharp from 'sharp';
import { checkDataset, writeSyntheticDataset } from 'vascula';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.js';

let root: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
});
afterAll(() => remove());

const lines = async (path: string) => (await readFile(path, 'utf8')).trimEnd().split('\n');
const pixelsOf = (path: string) => sharp(path).raw().toBuffer({ resolveWithObject: true });

const LZW = 5;

/** Tag 259 (Compression) of a little-endian TIFF (TIFF 6.0, section 2). */
function compressionTag(file: Buffer): number | undefined {
  expect(file.toString('latin1', 0, 2)).toBe('II');
  const directory = file.readUInt32LE(4);
  for (let n = 0; n < file.readUInt16LE(directory); n++) {
    const entry = directory + 2 + 12 * n;
    if (file.readUInt16LE(entry) === 259) return file.readUInt16LE(entry + 8);
  }
  return undefined;
}

async function filesUnder(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}

describe('writeSyntheticDataset', () => {
  it("writes the competition's layout, and `check` finds no fault in it", async () => {
    const folder = join(root, 'layout');
    const seen: string[] = [];
    const report = await writeSyntheticDataset(
      folder,
      { tiles: 24, size: 64, seed: 5 },
      { progress: (done, total) => seen.push(`${done}/${total}`) },
    );
    expect([seen.length, seen[0], seen.at(-1)]).toEqual([27, '1/27', '27/27']);

    const meta = await lines(join(folder, 'tile_meta.csv'));
    expect(meta[0]).toBe('id,source_wsi,dataset,i,j');
    const rows = meta.slice(1).map((line) => line.split(','));
    const ids = rows.map(([id]) => id);
    expect(new Set(ids).size).toBe(24);
    expect(ids.every((id) => /^[0-9a-f]{12}$/.test(id))).toBe(true);
    const train = await readdir(join(folder, 'train'));
    expect(train.sort()).toEqual(ids.map((id) => `${id}.tif`).sort());
    const groups = new Set(rows.map(([, source, dataset]) => `${dataset}/${source}`));
    expect([...groups].sort()).toEqual(['1/1', '1/2', '2/1', '2/2', '2/3', '2/4']);
    const corners = new Set(rows.map(([, source, , i, j]) => `${source} ${i} ${j}`));
    expect(corners.size).toBe(24);
    const first = rows.filter(([, source, dataset]) => source === '3' && dataset === '2');
    expect(Number(first[1][4]) - Number(first[0][4])).toBe(64);

    const labels = (await lines(join(folder, 'polygons.jsonl'))).map((line) => JSON.parse(line));
    expect(labels.map(({ id }) => id)).toEqual(ids);
    const types = labels.flatMap((label) => label.annotations.map((a: { type: string }) => a.type));
    expect(types.filter((type) => type === 'blood_vessel')).toHaveLength(
      report.polygons.blood_vessel,
    );
    const submission = await lines(join(folder, 'sample_submission.csv'));
    const test = await readdir(join(folder, 'test'));
    expect(submission[0]).toBe('id,height,width,prediction_string');
    expect(submission.slice(1).sort()).toEqual(
      test.map((name) => `${name.replace('.tif', '')},64,64,`).sort(),
    );
    expect(test).toHaveLength(report.testTiles);

    const { info } = await pixelsOf(join(folder, 'train', train[0]));
    expect(info).toMatchObject({ width: 64, height: 64, channels: 3 });
    const file = await readFile(join(folder, 'train', train[0]));
    expect(compressionTag(file)).toBe(LZW);

    const checked = await checkDataset(folder, { polygons: ['polygons.jsonl'] });
    expect(checked.usable).toBe(true);
    // Nothing temporary is left behind.
    expect((await filesUnder(folder)).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('gives the same pixels and tables for the same seed, and others for another', async () => {
    const [a, b, c] = ['same-a', 'same-b', 'other'].map((name) => join(root, name));
    for (const [folder, seed] of [
      [a, 1],
      [b, 1],
      [c, 2],
    ] as const)
      await writeSyntheticDataset(folder, { tiles: 3, size: 64, seed });
    const files = await filesUnder(a);
    expect(await filesUnder(b)).toEqual(files);
    expect(await filesUnder(c)).not.toEqual(files);
    for (const name of files.filter((file) => file.endsWith('.tif'))) {
      const [one, two] = await Promise.all([pixelsOf(join(a, name)), pixelsOf(join(b, name))]);
      expect(one.data.equals(two.data)).toBe(true);
    }
    for (const name of ['polygons.jsonl', 'tile_meta.csv'])
      expect(await readFile(join(a, name))).toEqual(await readFile(join(b, name)));
  });

  it('refuses a folder that is not empty, and leaves it as it was', async () => {
    const folder = join(root, 'full');
    await mkdir(folder);
    await writeFile(join(folder, 'thesis.txt'), 'years of work');
    const refused = writeSyntheticDataset(folder, { tiles: 1, size: 64, seed: 1 });
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(/thesis\.txt.*Name another folder/);
    expect(await readdir(folder)).toEqual(['thesis.txt']);
  });

  it('refuses a path that is a file', async () => {
    const path = join(root, 'file');
    await writeFile(path, '');
    const refused = writeSyntheticDataset(path, { tiles: 1, size: 64, seed: 1 });
    await expect(refused).rejects.toThrow(InputError);
  });

  it('stopped between two tiles, leaves the folder empty', async () => {
    const folder = join(root, 'stopped');
    const stop = new AbortController();
    const reason = new Error('enough');
    const run = writeSyntheticDataset(
      folder,
      { tiles: 50, size: 64, seed: 1 },
      { progress: (done) => done === 3 && stop.abort(reason), signal: stop.signal },
    );
    await expect(run).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual([]);
  });
});
