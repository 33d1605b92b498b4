import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { IGNORED } from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calibrateRun } from '../../dist/calibration/index.js';
import { openDataset, tileTruth } from '../../dist/dataset/index.js';
import { reportPage } from '../../dist/report/index.js';
import { openRun } from '../../dist/run/index.js';
import { tileCopies } from '../../dist/training/index.js';
import { temporaryFolder } from '../support/folder.js';
import { wordsOf } from '../support/pages.js';
import { goodPairs, pairFlags, writeGoodPairs } from '../support/pairs.js';
import { commandLine } from '../support/program.js';
import { tinyFlags, withRuntime } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
let run: string;
let trained: Awaited<ReturnType<typeof commandLine>>;
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = temporary.path;
  await writeGoodPairs(data, 48);
  run = join(temporary.path, 'run');
  const split = ['--split', 'slide', '--train-fraction', '0.5', '--epochs', '1'];
  trained = await commandLine(['train', data, '-o', run, ...pairFlags, ...split, ...tinyFlags]);
});
afterAll(() => temporary.remove());

describe('a run on pairs', () => {
  test('says which images it pairs, and keeps in config.json how', async () => {
    expect(trained.messages).toContain('images/scan_1.tif  masks/scan_1_manual1.png  roi/scan_1');
    expect(trained.messages).toContain('… and 1 more: vascula check lists all');
    expect(trained.code).toBe(0);
    const config = JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));
    expect(config.data).toEqual({
      folder: data,
      polygons: [],
      pairs: goodPairs,
      unsure: 'background',
      tileSize: { width: 48, height: 48 },
      duplicates: 'drop',
    });
    const { split } = await openRun(run);
    expect(split.neighbours).toBe(0);
    expect(split.validation).toHaveLength(2);
  });

  test('is evaluated, reported and resumed without flags, on pixels that count, from a folder that moved', async () => {
    const moved = join(temporary.path, 'moved');
    await mkdir(moved);
    for (const name of ['images', 'masks', 'roi'])
      await rename(join(data, name), join(moved, name));
    const where = ['--data', moved, '--threads', '1'];
    const evaluated = await commandLine(['evaluate', run, ...where, '--split', 'all', '--json']);
    expect(evaluated.code).toBe(0);
    const { tiles, assessment, overall } = JSON.parse(evaluated.output);
    const dataset = await openDataset(moved, { pairs: goodPairs });
    for (const [at, tile] of dataset.tiles.entries()) {
      const truth = await tileTruth(tile, dataset.tileSize);
      const { truePositive, falsePositive, falseNegative, trueNegative } = tiles[at].counts;
      expect(truePositive + falseNegative).toBe(truth.filter((value) => value === 1).length);
      expect(falsePositive + trueNegative).toBe(truth.filter((value) => value === 0).length);
      expect(truth).toContain(IGNORED);
      expect(tiles[at].rocAuc).toBeGreaterThanOrEqual(0);
    }
    expect(overall.images).toBe(4);
    const text = await commandLine(['evaluate', run, ...where, '--split', 'all']);
    expect(text.output).toContain('Images by source: 1 scan_1, 2 scan_2, 3 scan_3, 4 scan_10\n');
    const { meanDice, pooledDice, meanRocAuc, pooledRocAuc } = assessment.overall.headlines;
    for (const { value, byTile, bySlide } of [meanDice, pooledDice, meanRocAuc, pooledRocAuc]) {
      expect(value).toBeGreaterThanOrEqual(0);
      // Each image is a slide of its own.
      expect(bySlide).toEqual(byTile);
    }

    const resumed = await commandLine([
      'train',
      '--resume',
      run,
      moved,
      '--epochs',
      '2',
      '--threads',
      '1',
    ]);
    expect(resumed.code).toBe(0);
    const opened = await openRun(run);
    expect(opened.config.data).toMatchObject({ folder: moved, pairs: goodPairs });
    const { signal } = new AbortController();
    await withRuntime(async (runtime) => {
      const page = await reportPage(opened, dataset, runtime, { seed: 0 }, { signal });
      const words = wordsOf(page);
      for (const said of ['images/*', 'masks/*', 'roi/*.png', 'ROC AUC of all pixels together'])
        expect(words).toContain(said);
      expect(words).not.toContain('Where the tiles lie');
      const request = {
        by: ['iou' as const],
        tta: 'none' as const,
        seed: 0,
        version: 'test',
        threads: 1,
      };
      const { calibration } = await calibrateRun(opened, dataset, runtime, request, { signal });
      expect(calibration.choices).toHaveLength(1);
    });
  }, 120_000);
});

test('weights from other images of the same names: the names tell nothing, which is said', async () => {
  const other = join(temporary.path, 'other');
  await mkdir(other);
  await writeGoodPairs(other, 48);
  const next = join(temporary.path, 'next');
  const split = ['--split', 'slide', '--seed', '1', '--train-fraction', '0.5', '--epochs', '1'];
  const from = await commandLine([
    ...['train', other, '-o', next, ...pairFlags, ...split, ...tinyFlags],
    ...['--from', run],
  ]);
  expect(from.code, from.messages).toBe(0);
  expect(from.messages).toContain('was trained on other data');
  expect((await openRun(next)).split.earlier).toEqual([]);
}, 60_000);

test('sizes may differ: squares fit the smallest image, and each gives its share of them', async () => {
  const folder = join(temporary.path, 'sizes');
  await mkdir(folder);
  await writeGoodPairs(folder);
  const dataset = await openDataset(folder, { pairs: goodPairs });
  expect(tileCopies(dataset, 20)).toEqual(
    new Map([
      ['scan_1', 5],
      ['scan_2', 6],
      ['scan_3', 6],
      ['scan_10', 4],
    ]),
  );
  const small = join(temporary.path, 'small');
  const split = ['--split', 'slide', '--train-fraction', '0.5', '--epochs', '1'];
  const flags = ['-o', small, ...pairFlags, ...split, ...tinyFlags];
  expect(await commandLine(['train', folder, ...flags])).toMatchObject({ code: 0 });
  expect((await openRun(small)).config.data).toMatchObject({
    tileSize: { width: 64, height: 48 },
    smallestTile: { width: 40, height: 40 },
  });
  const evaluated = await commandLine(['evaluate', small, '--split', 'all', '--threads', '1']);
  expect(evaluated.code).toBe(0);
  const tooLarge = ['train', folder, '-o', join(folder, 'run'), ...pairFlags, '--crop', '48'];
  const { code, messages } = await commandLine(tooLarge);
  expect(code).toBe(1);
  expect(messages).toMatch(/--crop: 48 pixels; expected a multiple of \d+ .*for tiles of 40 x 40/);
});

test.each<[flags: string[], says: RegExp]>([
  [['--images', 'images/*'], /--images needs --masks/],
  [['--roi', 'roi/*'], /--roi needs --images/],
  [['--labels', 'vessel=255', '--masks', 'masks/*'], /--masks needs --images/],
  [[...pairFlags, '--polygons', 'a.jsonl'], /cannot be used with option '--polygons/],
  [[...pairFlags, '--unsure', 'ignored'], /cannot be used with option '--unsure/],
  [
    [...pairFlags, '--labels', 'vessel=256'],
    /values 0 to 255, colours as #ff0000, or other; not 256/,
  ],
  [[...pairFlags, '--labels', 'background=0'], /at least one value of vessel/],
  [[...pairFlags, '--labels', 'vessel=1 vein=2'], /not vein=2/],
  [[...pairFlags, '--labels', 'vessel=255 ignored=#FFFFFF'], /#ffffff is named twice/],
  [[...pairFlags, '--group', '(a)(b)'], /a regular expression with one group, not 2/],
  [[...pairFlags, '--group', '('], /a regular expression/],
])('check %s is a usage error', async (flags, says) => {
  const { code, messages } = await commandLine(['check', temporary.path, ...flags]);
  expect(messages).toMatch(says);
  expect(code).toBe(2);
});

test('a resumed run takes no flags of data', async () => {
  const { code, messages } = await commandLine(['train', '--resume', run, ...pairFlags]);
  expect(code).toBe(2);
  expect(messages).toContain(
    "--images describes a new run; --resume takes it from the run's folder",
  );
});

test('labels map several classes, and colours, of masks to vessel', async () => {
  const folder = join(temporary.path, 'moved');
  const labels = 'vessel=0 background=255';
  const { code, output } = await commandLine([
    'check',
    folder,
    ...pairFlags,
    '--labels',
    labels,
    '--json',
  ]);
  const plain = await commandLine(['check', folder, ...pairFlags, '--json']);
  expect([code, plain.code]).toEqual([0, 0]);
  const of = (text: string) => JSON.parse(text).pairs.pixels;
  expect(of(output).vessel).toBe(of(plain.output).background);
  expect(of(output).ignored).toBe(of(plain.output).ignored);
});
