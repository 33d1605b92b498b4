import { join } from 'node:path';
import {
  averagePrecision,
  compareInstances,
  dice,
  fillPolygon,
  findInstances,
  formatAssessment,
  formatEvaluation,
  instanceScore,
  iou,
  notebookRule,
  overlap,
  panopticQuality,
  pool,
  rowIou,
} from '@vascula/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withPredictor } from '../../dist/commands/with-predictor.js';
import { openDataset, readAnnotations, tileMask } from '../../dist/dataset/index.js';
import { neighbourSentences } from '../../dist/evaluation/index.js';
import { readImage } from '../../dist/prediction/index.js';
import { openRun } from '../../dist/run/index.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { RecordingTerminal } from '../support/terminal.js';
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
    'assessment',
    'cutoff',
    'epoch',
    'groups',
    'neighbours',
    'overall',
    'prediction',
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
  expect(text).toContain(
    `Validation tiles, weights of epoch ${report.epoch}, cutoff ${between}:\n${formatEvaluation(report)}\n\n` +
      `${formatAssessment(report.assessment)}\n`,
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

describe('vessels one by one', () => {
  test('are the components above the cutoff against each outline by itself', async () => {
    const report = JSON.parse(await evaluate('--json', '--split', 'all', '--cutoff', between));
    const dataset = await openDataset(data);
    const { width, height } = dataset.tileSize;
    const box = { x: 0, y: 0, width, height };
    const rule = { ...notebookRule, low: Number(between), high: Number(between) };
    const images = await withPredictor(
      new RecordingTerminal(),
      run,
      { threads: 1 },
      async (predict) => {
        const compared = [];
        for (const tile of dataset.tiles) {
          const truths = (await readAnnotations(tile)).flatMap(({ type, outline }) => {
            const mask = new Uint8Array(width * height);
            if (type === 'blood_vessel') fillPolygon(outline, width, height, mask);
            const area = mask.reduce((sum, one) => sum + one, 0);
            return area === 0 ? [] : [{ box, mask, area }];
          });
          const probability = await predict(await readImage(tile.file as string));
          const detections = findInstances(probability, width, height, rule);
          compared.push(compareInstances({ id: tile.id, truths, detections }));
        }
        return compared;
      },
    );
    const { overall, instances, foundIou } = report.assessment;
    expect({ instances, foundIou }).toEqual({ instances: rule, foundIou: 0.6 });
    const { truePositive, falsePositive, falseNegative, f1 } = instanceScore(images);
    expect(overall).toMatchObject({
      vessels: truePositive + falseNegative,
      detections: truePositive + falsePositive,
      truePositives: truePositive,
    });
    expect(overall.headlines.f1.value).toBeCloseTo(f1 as number, 12);
    expect(overall.headlines.averagePrecision.value).toBeCloseTo(
      averagePrecision(images) as number,
      12,
    );
    expect(overall.headlines.panopticQuality.value).toBeCloseTo(
      panopticQuality(images).quality as number,
      12,
    );
    expect(overall.headlines.meanIou.value).toBeCloseTo(report.overall.meanIou, 12);
    // One by one they add up, and there is something to be right and wrong about.
    const total = (name: string) =>
      report.tiles.reduce((sum: number, tile: Record<string, number>) => sum + tile[name], 0);
    expect([total('vessels'), total('detections'), total('truePositives')]).toEqual([
      overall.vessels,
      overall.detections,
      overall.truePositives,
    ]);
    expect(Math.min(falsePositive, falseNegative)).toBeGreaterThan(0);
    expect(overall.slides).toBe(new Set(dataset.tiles.map(({ source }) => source)).size);
  });

  test('--seed decides the resamples and nothing else', async () => {
    const flags = ['--json', '--split', 'all', '--cutoff', between];
    const [first, again, other] = [
      JSON.parse(await evaluate(...flags)),
      JSON.parse(await evaluate(...flags, '--seed', '0')),
      JSON.parse(await evaluate(...flags, '--seed', '1')),
    ].map(({ assessment }) => assessment);
    expect(again).toEqual(first);
    const { value, byTile } = other.overall.headlines.meanIou;
    expect(value).toBe(first.overall.headlines.meanIou.value);
    expect(byTile).not.toEqual(first.overall.headlines.meanIou.byTile);
  });
});

describe('tiles beside training tiles', () => {
  test('are marked, held against the others, and warned of on stderr', async () => {
    const { split } = await openRun(run);
    expect(split.neighbours).toBeGreaterThan(0);
    const { tiles } = await openDataset(data);
    const { code, output, messages } = await commandLine([
      'evaluate',
      run,
      '--threads',
      '1',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(messages).toContain(
      `Warning: ${split.neighbours} of ${split.validation.length} validation tiles touch or overlap`,
    );
    const report = JSON.parse(output);
    const place = (id: string) => tiles.find((tile) => tile.id === id) as (typeof tiles)[number];
    for (const { id, besideTraining } of report.tiles)
      expect(besideTraining, id).toBe(
        split.train.map(place).some((other) => {
          const tile = place(id);
          const [down, right] = [Math.abs(other.i - tile.i), Math.abs(other.j - tile.j)];
          return other.source === tile.source && down <= 64 && right <= 64;
        }),
      );
    expect(report.neighbours.beside.images).toBe(split.neighbours);
    expect(report.neighbours.apart.images).toBe(split.validation.length - split.neighbours);
    const text = await evaluate();
    for (const sentence of neighbourSentences(report.neighbours)) expect(text).toContain(sentence);
  });

  test('nothing is said of tiles that were trained on', async () => {
    const { code, output, messages } = await commandLine([
      'evaluate',
      run,
      '--split',
      'all',
      '--threads',
      '1',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(messages).not.toContain('Warning');
    const report = JSON.parse(output);
    expect(report.neighbours).toBeNull();
    expect(report.tiles[0].besideTraining).toBeNull();
  });
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
