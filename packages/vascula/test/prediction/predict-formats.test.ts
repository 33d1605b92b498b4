import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type CocoDataset,
  type CocoResult,
  decodeRle,
  detectInstances,
  parseGeoJson,
  rasteriseRings,
  ringsOf,
  rleFromString,
} from '@vascula/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withPredictor } from '../../dist/commands/with-predictor.js';
import { imageFiles, readImage } from '../../dist/prediction/index.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { RecordingTerminal } from '../support/terminal.js';
import { middleCutoff, tinyDataset, tinyFlags } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
let run: string;
let tiles: string[];
const at = (...names: string[]) => join(temporary.path, ...names);
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  run = at('run');
  await commandLine(['train', data, '-o', run, '--epochs', '2', ...tinyFlags]);
  tiles = (await imageFiles([join(data, 'train')])).map(({ path }) => path);
});
afterAll(() => temporary.remove());

const predict = (...args: string[]) => commandLine(['predict', run, '--threads', '1', ...args]);
const json = async <T>(path: string): Promise<T> => JSON.parse(await readFile(path, 'utf8'));

/** [id, column, row] of the tiles, from the dataset's own table. */
async function places(): Promise<Map<string, [x: number, y: number]>> {
  const [, ...rows] = (await readFile(join(data, 'tile_meta.csv'), 'utf8')).trim().split('\n');
  return new Map(
    rows.map((row) => {
      const [id, , , i, j] = row.split(',');
      return [id, [Number(i), Number(j)]];
    }),
  );
}

test('geojson, coco and labels hold the same instances, in one order', async () => {
  const cutoff = await middleCutoff(run, tiles);
  const output = at('all');
  const table = join(data, 'tile_meta.csv');
  const flags = ['--format', 'geojson,coco,labels', '--slide-coordinates', table];
  const { code, output: text } = await predict(
    join(data, 'train'),
    ...['-o', output, ...flags, '--pixel-size', '0.5', '--cutoff', `${cutoff}`, '--json'],
  );
  expect(code).toBe(0);
  const { images, coco } = JSON.parse(text);
  expect(await readdir(output)).toHaveLength(2 * tiles.length + 2);
  const dataset = await json<CocoDataset>(coco.dataset);
  const results = await json<CocoResult[]>(coco.results);
  expect(dataset.images.map(({ file_name }) => file_name)).toEqual(tiles.map((t) => basename(t)));
  expect(dataset.images.map(({ id }) => id)).toEqual(tiles.map((_, k) => k + 1));
  const ids = dataset.annotations.map(({ id }) => id);
  expect(ids).toEqual(ids.map((_, k) => k + 1));
  expect(results).toEqual(
    dataset.annotations.map(({ image_id, category_id, segmentation, score }) => ({
      image_id,
      category_id,
      segmentation,
      score,
    })),
  );
  const offsets = await places();
  await withPredictor(new RecordingTerminal(), run, { threads: 1 }, async (probabilityOf) => {
    for (const [k, found] of images.entries()) {
      expect(found).not.toHaveProperty('mask');
      const { width, height } = found;
      const probability = await probabilityOf(await readImage(found.image));
      const options = { cutoff, connectivity: 8 } as const;
      const expected = detectInstances(probability, width, height, options);
      expect(found.vessels).toBe(expected.length);

      const offset = offsets.get(basename(found.image, '.tif'));
      const features = parseGeoJson(await readFile(found.geojson, 'utf8'), { offset });
      const annotations = dataset.annotations.filter(({ image_id }) => image_id === k + 1);
      const { channels, depth, space } = await sharp(found.labels).metadata();
      expect([channels, depth, space]).toEqual([1, 'ushort', 'grey16']);
      const raw = await sharp(found.labels)
        .toColourspace('grey16')
        .raw({ depth: 'ushort' })
        .toBuffer();
      const labels = new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2);

      expect([features.length, annotations.length]).toEqual([expected.length, expected.length]);
      expected.forEach(({ area, confidence }, n) => {
        const pixels = rasteriseRings(ringsOf(features[n].polygons), width, height);
        expect(pixels.reduce((sum, pixel) => sum + pixel, 0)).toBe(area);
        expect(Uint8Array.from(labels, (label) => Number(label === n + 1))).toEqual(pixels);
        const { segmentation, score } = annotations[n];
        expect(decodeRle(rleFromString(segmentation.counts), width, height)).toEqual(pixels);
        expect([score, annotations[n].area]).toEqual([confidence, area]);
        expect([...features[n].measurements.values()]).toEqual([area, area / 4, confidence]);
        expect(features[n].classification).toBe('blood_vessel');
      });
    }
  });
  expect(dataset.annotations.length).toBeGreaterThan(tiles.length);
});

test('without --json a line names what was written; several formats are written at once', async () => {
  const { output } = await predict(tiles[0], '-o', at('lines'), '--format', 'png,labels,coco');
  const name = basename(tiles[0], '.tif');
  const [line, coco] = output.trim().split('\n');
  expect(line).toMatch(/: \d+ vessels, \d+\.\d\d % of the pixels, /);
  expect(line).toContain(`${at('lines', name)}.mask.png, ${at('lines', name)}.labels.png`);
  expect(coco).toBe(`${at('lines', 'instances.json')}, ${at('lines', 'detections.json')}`);
  expect((await readdir(at('lines'))).sort()).toEqual(
    [
      'detections.json',
      'instances.json',
      ...['labels', 'mask', 'probability'].map((what) => `${name}.${what}.png`),
    ].sort(),
  );
});

test('--offset places one image; nothing found is a collection without features', async () => {
  const outlines = async (folder: string, ...flags: string[]) => {
    await predict(tiles[0], '-o', folder, '--format', 'geojson', ...flags);
    return readFile(join(folder, `${basename(tiles[0], '.tif')}.geojson`), 'utf8');
  };
  const cutoff = ['--cutoff', `${await middleCutoff(run, tiles.slice(0, 1))}`];
  const here = parseGeoJson(await outlines(at('here'), ...cutoff));
  const there = await outlines(at('there'), ...cutoff, '--offset', '1000,20000');
  expect(parseGeoJson(there, { offset: [1000, 20000] })).toEqual(here);
  expect(parseGeoJson(there)).not.toEqual(here);
  expect(here.length).toBeGreaterThan(0);
  expect(parseGeoJson(await outlines(at('none'), '--cutoff', '1'))).toEqual([]);
});

describe('refused before anything is predicted or written', () => {
  const refusals: [args: () => string[], says: string][] = [
    [() => ['--offset', '1,2'], '--offset: is for --format geojson'],
    [() => ['--pixel-size', '0.5', '--format', 'coco'], '--pixel-size: is for --format geojson'],
    [
      () => ['--format', 'geojson', '--offset', '1,2'],
      '--offset: 8 images cannot all lie at 1,2; expected one image',
    ],
    [
      () => ['--format', 'geojson', '--offset', '1,2', '--slide-coordinates', 'x.csv'],
      '--offset: is given with --slide-coordinates; expected one of them',
    ],
    [
      () => ['--format', 'geojson', '--slide-coordinates', at('nowhere.csv')],
      'nowhere.csv: is missing',
    ],
    [
      () => [
        join(data, 'test'),
        ...['--format', 'geojson', '--slide-coordinates', join(data, 'tile_meta.csv')],
      ],
      'tile_meta.csv: id: has no row for',
    ],
  ];
  test.each(refusals)('%#', async (args, says) => {
    const { code, output, messages } = await predict(
      join(data, 'train'),
      ...args(),
      ...['-o', at('refused')],
    );
    expect([code, output]).toEqual([1, '']);
    expect(messages).toContain(says);
    expect(messages).not.toMatch(/Predicting|unexpected/);
    await expect(readdir(at('refused'))).rejects.toThrow('ENOENT');
  });

  test('a format that is none is a wrong usage', async () => {
    const { code, messages } = await predict(tiles[0], '-o', at('refused'), '--format', 'svg');
    expect(code).toBe(2);
    expect(messages).toContain('Expected some of png, geojson, coco, labels, separated by commas.');
  });
});
