import { join } from 'node:path';
import { dice, formatEvaluation, iou, overlap, pool, rowIou } from '@vascula/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataset, tileMask } from '../../dist/dataset/index.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { historyOf, middleCutoff, tinyDataset, tinyFlags } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
let run: string;
/** A cutoff with pixels on either side. */
let between: string;
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  run = join(temporary.path, 'run');
  await commandLine(['train', data, '-o', run, '--epochs', '3', ...tinyFlags]);
  const tiles = (await openDataset(data)).tiles.map(({ file }) => file as string);
  between = `${await middleCutoff(run, tiles)}`;
});
afterAll(() => temporary.remove());

async function evaluate(...flags: string[]) {
  const { code, output } = await commandLine(['evaluate', run, '--threads', '1', ...flags]);
  expect(code).toBe(0);
  return output;
}

test('--json is one document: what was asked, every tile, groups and overall', async () => {
  const report = JSON.parse(await evaluate('--json', '--cutoff', between));
  expect(report).toMatchObject({ split: 'val', cutoff: Number(between) });
  expect(Object.keys(report).sort()).toEqual([
    'cutoff',
    'epoch',
    'groups',
    'overall',
    'predictionSeconds',
    'split',
    'tiles',
  ]);
  expect(report.tiles).toHaveLength(2);
  expect(report.overall.images).toBe(2);
  const counts = report.tiles.map((tile: { counts: never }) => tile.counts);
  expect(report.overall.counts).toEqual(pool(counts));
  expect(report.overall.meanIou).toBeCloseTo((iou(counts[0]) + iou(counts[1])) / 2, 12);
  expect(report.overall.meanDice).toBeCloseTo((dice(counts[0]) + dice(counts[1])) / 2, 12);
  expect(report.overall.pooledIou).toBe(iou(pool(counts)));
  expect(report.groups.map((group: { images: number }) => group.images)).toEqual(
    report.groups.length === 1 ? [2] : [1, 1],
  );
  // The same numbers as text, the notebook's definition labelled as such.
  const text = await evaluate('--cutoff', between);
  expect(text).toBe(
    `Validation tiles, weights of epoch ${report.epoch}, cutoff ${between}:\n${formatEvaluation(report)}\n`,
  );
  expect(text).toContain("Row IoU is the source notebook's definition");
});

test('the counts of each tile are those of its mask PNG and its polygons', async () => {
  const dataset = await openDataset(data);
  const report = JSON.parse(await evaluate('--json', '--split', 'all', '--cutoff', between));
  const paths = report.tiles.map(({ id }: { id: string }) => join(data, 'train', `${id}.tif`));
  const output = join(temporary.path, 'masks');
  const predicted = await commandLine([
    'predict',
    run,
    ...paths,
    '-o',
    output,
    '--cutoff',
    between,
    '--threads',
    '1',
    '--json',
  ]);
  const { images } = JSON.parse(predicted.output);
  expect(report.tiles).toHaveLength(8);
  let [found, missed] = [0, 0];
  for (const [at, { id, counts, rowIou: row }] of report.tiles.entries()) {
    const tile = dataset.tiles.find((one) => one.id === id);
    const truth = await tileMask(tile as never, 'blood_vessel', dataset.tileSize);
    const png = await sharp(images[at].mask).extractChannel(0).raw().toBuffer();
    const prediction = Uint8Array.from(png, (value) => value / 255);
    expect(counts, id).toEqual(overlap(truth, prediction));
    expect(row, id).toBe(rowIou(truth, prediction, dataset.tileSize.width));
    found += counts.truePositive + counts.falsePositive;
    missed += counts.trueNegative + counts.falseNegative;
  }
  // A test on masks that are all 0 or all 1 would see nothing.
  expect(Math.min(found, missed)).toBeGreaterThan(100);
});

test('cutoff 0 takes every pixel, cutoff 1 none', async () => {
  const all = JSON.parse(await evaluate('--json', '--cutoff', '0')).overall;
  expect(all).toMatchObject({ recall: 1, counts: { falseNegative: 0, trueNegative: 0 } });
  const none = JSON.parse(await evaluate('--json', '--cutoff', '1')).overall;
  expect(none).toMatchObject({ meanIou: 0, precision: null, counts: { truePositive: 0 } });
});

describe('--split', () => {
  test('train and val part the labelled tiles, all has them in the table’s order', async () => {
    const ids = async (split: string) =>
      JSON.parse(await evaluate('--json', '--split', split)).tiles.map(
        ({ id }: { id: string }) => id,
      );
    const [train, val, all] = [await ids('train'), await ids('val'), await ids('all')];
    expect([...train, ...val].sort()).toEqual([...all].sort());
    expect(all).toEqual((await openDataset(data)).tiles.map(({ id }) => id));
  });

  test('a dataset without labels is refused', async () => {
    const { code, messages } = await commandLine([
      'evaluate',
      run,
      '--split',
      'all',
      '--polygons',
      join(temporary.path, 'none.jsonl'),
    ]);
    expect(code).toBe(1);
    expect(messages).toContain('none.jsonl: is missing');
  });
});

test('the score is that of the epoch its weights are from', async () => {
  const { epoch, overall } = JSON.parse(await evaluate('--json', '--cutoff', '0.8'));
  const record = (await historyOf(run))[epoch - 1];
  expect(record.best).toBe(true);
  // Folding batch norm rounds otherwise: a pixel at the cutoff may fall to the other side.
  expect(overall.meanIou).toBeCloseTo(record.validationIou as number, 3);
  expect(overall.pooledIou).toBeCloseTo(record.validationPooledIou as number, 3);
});
