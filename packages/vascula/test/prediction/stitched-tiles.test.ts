import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError, parseSubmission } from '@vascula/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withPredictor } from '../../dist/commands/with-predictor.js';
import type { RgbImage } from '../../dist/dataset/index.js';
import {
  type ImageMap,
  imageFiles,
  readImage,
  stitchedMaps,
  tileGroups,
} from '../../dist/prediction/index.js';
import { pixels, temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { RecordingTerminal } from '../support/terminal.js';
import { tinyDataset, tinyFlags } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
let run: string;
let tiles: string;
let meta: string;
const at = (...names: string[]) => join(temporary.path, ...names);

/** The slide that the tiles are cut from, 40 x 30 each: an L of three, one alone, one of another slide. */
const slide = { width: 200, height: 90, data: pixels(3, 200, 90) };
const placed = { a: [1, 20, 100], b: [1, 20, 140], c: [1, 50, 100], d: [1, 0, 0], e: [2, 20, 60] };

beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  run = at('run');
  await commandLine(['train', data, '-o', run, '--epochs', '1', ...tinyFlags]);
  tiles = at('tiles');
  await mkdir(tiles);
  for (const [id, [, top, left]] of Object.entries(placed))
    await sharp(slide.data, { raw: { ...slide, channels: 3 } })
      .extract({ left, top, width: 40, height: 30 })
      .tiff({ compression: 'lzw' })
      .toFile(join(tiles, `${id}.tif`));
  const rows = Object.entries(placed).map(
    ([id, [source, top, left]]) => `${id},${source},1,${left},${top}`,
  );
  meta = at('tile_meta.csv');
  await writeFile(meta, `id,source_wsi,dataset,i,j\n${rows.join('\n')}\n`);
});
afterAll(() => temporary.remove());

const grey = (path: string) => sharp(path).extractChannel(0).raw().toBuffer();
const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  Buffer.from(buffer, byteOffset, byteLength);
function largestDifference(a: Float32Array, b: Float32Array): number {
  let most = 0;
  for (let p = 0; p < a.length; p++) most = Math.max(most, Math.abs(a[p] - b[p]));
  return most;
}

test('tiles of a slide that share an edge are one group, named after its slide and corner', async () => {
  const groups = await tileGroups(await imageFiles([tiles]), meta);
  expect(groups.map(({ name, tiles }) => [name, tiles.map(({ file }) => file.name)])).toEqual([
    ['slide-1-row-20-column-100', ['a', 'b', 'c']],
    ['slide-1-row-0-column-0', ['d']],
    ['slide-2-row-20-column-60', ['e']],
  ]);
  expect(groups[0].extent).toEqual({ x: 100, y: 20, width: 80, height: 60 });
});

test('predict --stitch: tiles are cut from the prediction of the image they make up', async () => {
  const output = at('stitched');
  const { code, output: text } = await commandLine(
    `predict ${run} ${tiles} -o ${output} --stitch ${meta} --format png,geojson,coco --threads 1 --slide-coordinates ${meta} --cutoff 0.4 --json`.split(
      ' ',
    ),
  );
  expect(code).toBe(0);
  const name = 'slide-1-row-20-column-100';
  const { images } = JSON.parse(text);
  expect(images.map(({ image }: { image: string }) => image)).toEqual([
    ...['a', 'b', 'c'].map((id) => join(tiles, `${id}.tif`)),
    name,
    ...['d', 'e'].map((id) => join(tiles, `${id}.tif`)),
  ]);
  // The corner that no tile covers mirrors the tile on its left.
  const image = await readImage(join(output, `${name}.png`));
  expect([image.width, image.height]).toEqual([80, 60]);
  const pixel = (x: number, y: number) => [
    ...image.data.subarray(3 * (y * 80 + x), 3 * (y * 80 + x) + 3),
  ];
  const slidePixel = (x: number, y: number) => [
    ...slide.data.subarray(3 * (y * 200 + x), 3 * (y * 200 + x) + 3),
  ];
  for (const [x, y] of [
    [0, 0],
    [79, 29],
    [39, 59],
  ])
    expect(pixel(x, y)).toEqual(slidePixel(100 + x, 20 + y));
  expect(pixel(40, 59)).toEqual(slidePixel(100 + 38, 20 + 59));
  expect(pixel(70, 31)).toEqual(slidePixel(100 + 8, 20 + 31));
  await withPredictor(new RecordingTerminal(), run, { threads: 1 }, async (predict) => {
    const map = Buffer.from((await predict(image)).map((p) => Math.round(255 * p)));
    expect(await grey(join(output, `${name}.probability.png`))).toEqual(map);
    for (const [id, x, y] of [
      ['a', 0, 0],
      ['b', 40, 0],
      ['c', 0, 30],
    ] as const) {
      const rows = Array.from({ length: 30 }, (_, row) =>
        map.subarray((y + row) * 80 + x, (y + row) * 80 + x + 40),
      );
      expect(await grey(join(output, `${id}.probability.png`))).toEqual(Buffer.concat(rows));
    }
    // A tile that touches none is predicted by itself.
    const alone = await predict(await readImage(join(tiles, 'd.tif')));
    expect(await grey(join(output, 'd.probability.png'))).toEqual(
      Buffer.from(alone.map((p) => Math.round(255 * p))),
    );
  });
  const coco = JSON.parse(await readFile(join(output, 'instances.json'), 'utf8'));
  const named = coco.images.map((one: { file_name: string }) => one.file_name);
  expect(named).toEqual(['a', 'b', 'c', 'd', 'e'].map((id) => `${id}.tif`));
  // Outlines of the whole lie where its corner does in the slide.
  const { features } = JSON.parse(await readFile(join(output, `${name}.geojson`), 'utf8'));
  const points = JSON.stringify(
    features.map((one: { geometry: { coordinates: unknown } }) => one.geometry.coordinates),
  )
    .match(/\[\d+,\d+\]/g)
    ?.map((point) => JSON.parse(point) as [number, number]);
  expect(points?.length).toBeGreaterThan(3);
  for (const [x, y] of points as [number, number][]) {
    expect(x).toBeGreaterThanOrEqual(100);
    expect(x).toBeLessThanOrEqual(180);
    expect(y).toBeGreaterThanOrEqual(20);
    expect(y).toBeLessThanOrEqual(80);
  }
});

test('submit --stitch: a row a tile, by id', async () => {
  const path = at('stitched.csv');
  const { code, output } = await commandLine(
    `submit ${run} ${tiles} -o ${path} --stitch ${meta} --threads 1 --json`.split(' '),
  );
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ tiles: 5, prediction: { images: { whole: 3 } } });
  const { rows } = parseSubmission(await readFile(path, 'utf8'));
  expect(rows.map(({ id, width, height }) => [id, width, height])).toEqual(
    ['a', 'b', 'c', 'd', 'e'].map((id) => [id, 40, 30]),
  );
});

describe('refused', () => {
  const predict = async (...args: string[]) => {
    const output = at(`out-${(await readdir(temporary.path)).length}`);
    const all = ['predict', run, ...args, '-o', output, '--threads', '1'];
    const { code, messages } = await commandLine(all);
    expect(code).toBe(1);
    expect(messages).not.toMatch(/unexpected|^\s+at /m);
    return messages;
  };

  test('an image without a row', async () => {
    const stray = at('stray.tif');
    await copyFile(join(tiles, 'a.tif'), stray);
    expect(await predict(tiles, stray, '--stitch', meta)).toContain(
      `${meta}: id: has no row for ${stray}; expected the id stray`,
    );
    expect(await predict(tiles, '--stitch', at('nowhere.csv'))).toContain(
      'nowhere.csv: is missing',
    );
  });

  test('tiles that overlap and differ', async () => {
    const wrong = at('wrong.csv');
    const text = await readFile(meta, 'utf8');
    await writeFile(wrong, text.replace('b,1,1,140,20', 'b,1,1,130,20'));
    const messages = await predict(tiles, '--stitch', wrong);
    expect(messages).toContain('b.tif: overlaps with another tile of its slide by tile_meta.csv');
    expect(messages).toContain('300 of the pixels they share differ');
  });

  test('glomeruli by tile, and an image named as a group would be', async () => {
    await writeFile(at('glomeruli.jsonl'), '');
    expect(await predict(tiles, '--stitch', meta, '--glomeruli', at('glomeruli.jsonl'))).toContain(
      '--glomeruli: ',
    );
    const taken = at('slide-1-row-20-column-100.tif');
    await copyFile(join(tiles, 'd.tif'), taken);
    const more = at('more.csv');
    await writeFile(more, `${await readFile(meta, 'utf8')}slide-1-row-20-column-100,3,1,0,0\n`);
    expect(await predict(tiles, taken, '--stitch', more)).toContain(
      'has the name that stitched tiles are given',
    );
  });

  test('a group whose rectangle no memory holds, before a tile of it is read', async () => {
    const group = {
      name: 'slide-1-row-0-column-0',
      slide: { dataset: 1, source: 1 },
      extent: { x: 0, y: 0, width: 100_000, height: 100_000 },
      tiles: ['a', 'b'].map((id) => ({
        file: { name: id, path: at('nowhere', `${id}.tif`) },
        place: { x: 0, y: 0, width: 40, height: 30 },
      })),
    };
    const predictor = { predict: () => Promise.reject(), tilingOf: () => null };
    const maps = stitchedMaps([group], predictor, new AbortController().signal);
    await expect(maps.next()).rejects.toThrow(InputError);
    const again = stitchedMaps([group], predictor, new AbortController().signal);
    await expect(again.next()).rejects.toThrow('claims 100000 x 100000 pixels');
  });
});

/** Mean difference of the colours of a column and the next one. */
function columnStep({ data, width, height }: RgbImage, x: number): number {
  let sum = 0;
  for (let y = 0; y < height; y++)
    for (let at = 3 * (y * width + x), c = 0; c < 3; c++, at++)
      sum += Math.abs(data[at + 3] - data[at]);
  return sum / (3 * height);
}

const real =
  process.env.VASCULA_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const hubmap = join(real, 'hubmap');
const strip = '1ea1a75f6051 84d6716c6ea9 cbce5b55f5bb 12040bd8cd09 2cad7b97ea7e 26eb634b5933';

describe.skipIf(!existsSync(hubmap))(
  'the strip of six real tiles (skipped without VASCULA_DATA)',
  () => {
    test('is predicted as one image, without the seam that single tiles have', async () => {
      const ids = strip.split(' ');
      const paths = ids.map((id) => join(hubmap, 'train', `${id}.tif`));
      const [group, ...others] = await tileGroups(
        await imageFiles(paths),
        join(hubmap, 'tile_meta.csv'),
      );
      expect(others).toEqual([]);
      expect(group.extent).toEqual({ x: 4608, y: 22016, width: 3072, height: 512 });
      await withPredictor(
        new RecordingTerminal(),
        run,
        { threads: 1 },
        async (predict, _run, _epoch, { tilingOf }) => {
          const maps: ImageMap[] = [];
          const signal = new AbortController().signal;
          for await (const map of stitchedMaps([group], { predict, tilingOf }, signal))
            maps.push(map);
          expect(maps.map(({ file }) => file.name)).toEqual([...ids, group.name]);
          const whole = maps[6].probability;
          // Column by column: where a tile ends, the next one goes on.
          const image = maps[6].mosaic as RgbImage;
          const across = Array.from({ length: 3071 }, (_, x) => columnStep(image, x));
          const seams = [1, 2, 3, 4, 5].map((k) => 512 * k - 1);
          const usual = across.reduce((sum, step) => sum + step, 0) / across.length;
          for (const x of seams) expect(across[x]).toBeLessThan(2 * usual);
          const joined = new Float32Array(512 * 3072);
          const single = new Float32Array(512 * 3072);
          for (const [k, path] of paths.entries()) {
            const alone = await predict(await readImage(path));
            for (let y = 0; y < 512; y++) {
              const row = (map: Float32Array) => map.subarray(512 * y, 512 * (y + 1));
              joined.set(row(maps[k].probability), 3072 * y + 512 * k);
              single.set(row(alone), 3072 * y + 512 * k);
            }
          }
          expect(bytes(joined).equals(bytes(whole))).toBe(true);
          // In windows it is the same.
          await withPredictor(
            new RecordingTerminal(),
            run,
            { threads: 1, window: 256 },
            async (inWindows) => {
              expect(largestDifference(await inWindows(image), whole)).toBeLessThan(1e-5);
            },
          );
          // What the borders of tiles change lies beside them, and nowhere else.
          const columns = Array.from({ length: 3072 }, (_, x) => {
            let most = 0;
            for (let p = x; p < single.length; p += 3072)
              most = Math.max(most, Math.abs(single[p] - whole[p]));
            return most;
          });
          const seam = (x: number) =>
            Math.min(...[1, 2, 3, 4, 5].map((k) => Math.abs(x - 512 * k + 0.5)));
          const beside = columns.filter((_, x) => seam(x) < 2);
          const inside = columns.filter((_, x) => seam(x) > 40);
          expect(Math.min(...beside)).toBeGreaterThan(0.001);
          expect(Math.max(...inside)).toBeLessThan(1e-5);
        },
      );
    });
  },
);
