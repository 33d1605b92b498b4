import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dice, iou, overlap, pairedTest, pool } from '@vascula/core';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataset, tileTruth } from '../../dist/dataset/index.js';
import { holdsFolds, openFolds } from '../../dist/folds/index.js';
import { predictOutOfFold } from '../../dist/report/index.js';
import { runFiles } from '../../dist/run/index.js';
import { temporaryFolder } from '../support/folder.js';
import { CHROMIUM, hasChromium, look } from '../support/pages.js';
import { goodPairs, pairFlags, writeGoodPairs } from '../support/pairs.js';
import { commandLine } from '../support/program.js';
import { RecordingTerminal } from '../support/terminal.js';
import { resultOf, tinyDataset, withRuntime } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
/** A cross-validation of three folds that tests copy before they spoil it. */
let good: string;
let trained: Awaited<ReturnType<typeof commandLine>>;
const at = (name: string) => join(temporary.path, name);
const flags =
  '--base 2 --depth 2 --kernel 3 --crop 32 --batch 4 --learning-rate 0.01 --cutoff 0.2 --threads 1 --split slide'.split(
    ' ',
  );
const fresh = (name: string, folds: number, ...more: string[]) =>
  commandLine(['train', data, '-o', at(name), '--folds', `${folds}`, ...flags, ...more]);
const resume = (name: string, ...more: string[]) =>
  commandLine(['train', '--resume', at(name), '--threads', '1', ...more]);
const json = async (...names: string[]) => JSON.parse(await readFile(at(join(...names)), 'utf8'));

beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  good = at('good');
  trained = await fresh('good', 3, '--epochs', '2', '--json');
});
afterAll(() => temporary.remove());

async function copyOfGood(name: string): Promise<string> {
  await cp(good, at(name), { recursive: true });
  return at(name);
}

describe('all folds in one command', () => {
  test('each is the run that --fold i/k makes, to the bit', async () => {
    expect(trained.code, trained.messages).toBe(0);
    expect((await readdir(good)).sort()).toEqual([
      'fold-1',
      'fold-2',
      'fold-3',
      'folds.json',
      'metrics.json',
    ]);
    for (const number of [1, 2, 3]) {
      const alone = at(`alone-${number}`);
      const args = ['--fold', `${number}/3`, '--epochs', '2', ...flags];
      expect((await commandLine(['train', data, '-o', alone, ...args])).code).toBe(0);
      expect(await resultOf(join(good, `fold-${number}`))).toEqual(await resultOf(alone));
      for (const name of ['config.json', 'split.json'])
        expect(await json('good', `fold-${number}`, name)).toEqual(
          await json(`alone-${number}`, name),
        );
      expect(trained.messages).toContain(`Fold ${number} of 3, ${join(good, `fold-${number}`)}`);
    }
  });

  test('folds.json has what they share and what is done', async () => {
    const record = await json('good', 'folds.json');
    const { split, ...config } = await json('good', 'fold-2', 'config.json');
    expect(split).toEqual({ by: 'slide', seed: 0, fold: { number: 2, of: 3 } });
    expect(record).toEqual({
      format: 'vascula folds 1',
      folds: 3,
      config: { ...config, split: { by: 'slide', seed: 0 }, from: false },
      finished: [1, 2, 3].map((number) => ({ number, epochs: 2 })),
    });
    const { runs } = await openFolds(good);
    expect(runs.map(({ split: { fold } }) => fold?.number)).toEqual([1, 2, 3]);
    expect([await holdsFolds(good), await holdsFolds(join(good, 'fold-1'))]).toEqual([true, false]);
  });

  test('every tile is scored once, by the fold that was not trained on it', async () => {
    const metrics = await json('good', 'metrics.json');
    const report = JSON.parse(trained.output);
    const { tiles, ...rest } = metrics;
    expect(report).toMatchObject({ folds: good, metrics: { overall: rest.overall } });
    expect(report.runs).toHaveLength(3);
    expect(tiles).toHaveLength(8);
    const counts = tiles.map((tile: { counts: never }) => tile.counts);
    expect(rest.overall.meanIou).toBeCloseTo(mean(counts.map(iou)), 12);
    expect(rest.overall.meanDice).toBeCloseTo(mean(counts.map(dice)), 12);
    expect(rest.overall.counts).toEqual(pool(counts));
    expect(rest.assessment.overall.headlines.meanIou.value).toBeCloseTo(rest.overall.meanIou, 12);
    expect(rest.assessment.overall.images).toBe(8);
    expect(rest.groups.map(({ images }: { images: number }) => images)).toEqual(
      rest.assessment.groups.map(({ images }: { images: number }) => images),
    );
    const found: unknown[] = [];
    for (const number of [1, 2, 3]) {
      const split = await json('good', `fold-${number}`, 'split.json');
      const alone = await json('good', `fold-${number}`, 'metrics.json');
      const here = tiles.filter((tile: { fold: number }) => tile.fold === number);
      expect(here).toEqual(alone.tiles.map((tile: object) => ({ fold: number, ...tile })));
      expect(here.map(({ id }: { id: string }) => id)).toEqual(split.validation);
      const row = rest.folds[number - 1];
      expect(row).toMatchObject({
        number,
        epoch: alone.epoch,
        trainingTiles: split.train.length,
        images: split.validation.length,
      });
      const { headlines } = alone.assessment.overall;
      expect(row.scores.averagePrecision).toBe(headlines.averagePrecision.value);
      expect(row.scores.pooledRocAuc).toBe(headlines.pooledRocAuc.value);
      found.push(row.scores.meanIou);
    }
    const across = rest.acrossFolds.meanIou;
    const values = found as number[];
    expect(across.mean).toBeCloseTo(mean(values), 12);
    const squares = values.map((value) => (value - mean(values)) ** 2);
    expect(across.standardDeviation).toBeCloseTo(Math.sqrt(mean(squares) * (3 / 2)), 12);
    expect(new Set(values).size).toBeGreaterThan(1);
  });

  test('evaluate gives the same, and pictures of all tiles', async () => {
    const pictures = at('pictures');
    const args = ['evaluate', good, '--threads', '1'];
    const { code, output } = await commandLine([...args, '--json', '--pictures', pictures]);
    expect(code).toBe(0);
    const { predictionSeconds: _, folds, ...again } = JSON.parse(output);
    const { predictionSeconds: __, folds: before, ...first } = await json('good', 'metrics.json');
    expect(again).toEqual(first);
    expect(folds.map(withoutTime)).toEqual(before.map(withoutTime));
    expect(await readdir(pictures)).toHaveLength(8);
    const text = (await commandLine(args)).output;
    expect(text).toMatch(/^3 folds, cutoff 0\.2:\n *fold +epoch +trained on +tiles +IoU/);
    expect(text).toMatch(/^ *mean +\d\.\d{4}/m);
    expect(text).toMatch(/^ *SD +\d\.\d{4}/m);
    expect(text).toContain('All 8 tiles, each by the fold that was not trained on it:');
  });
});

describe('folds trained one by one', () => {
  /** The folds of which `alone-1` to `alone-3` are made, in a folder. */
  async function gathered(name: string): Promise<string> {
    await mkdir(at(name));
    for (const number of [1, 2, 3])
      await cp(at(`alone-${number}`), join(at(name), `fold-${number}`), { recursive: true });
    return at(name);
  }

  test('are evaluated and reported as those of one command', async () => {
    const folder = await gathered('one-by-one');
    const told = await json('good', 'folds.json');
    const { record, runs } = await openFolds(folder);
    expect(record).toEqual(told);
    expect(runs.map(({ folder: place }) => place)).toEqual(
      [1, 2, 3].map((number) => join(folder, `fold-${number}`)),
    );
    const args = ['evaluate', folder, '--threads', '1', '--json'];
    const { tiles, assessment } = JSON.parse((await commandLine(args)).output);
    const before = await json('good', 'metrics.json');
    expect([tiles, assessment]).toEqual([before.tiles, before.assessment]);
    const report = ['report', folder, '-o', at('one-by-one-page'), '--threads', '1', '--json'];
    const page = JSON.parse((await commandLine(report)).output);
    expect([page.tiles.length, page.finished.length]).toEqual([8, 3]);
  });

  test('--resume takes them for one cross-validation from then on', async () => {
    const folder = await gathered('taken');
    await rm(runFiles(join(folder, 'fold-2')).model);
    expect((await openFolds(folder)).record.finished.map(({ number }) => number)).toEqual([1, 3]);
    const { code, messages } = await resume('taken');
    expect(code, messages).toBe(0);
    expect(messages).toContain('Fold 2 of 3');
    expect(messages).not.toContain('Fold 1 of 3');
    expect(await json('taken', 'folds.json')).toMatchObject({ folds: 3 });
    expect((await json('taken', 'metrics.json')).tiles).toEqual(
      (await json('good', 'metrics.json')).tiles,
    );
  });

  test('refused: a fold missing, with other settings or epochs, or a run that is none', async () => {
    const folder = await gathered('unlike');
    const { config } = runFiles(join(folder, 'fold-3'));
    const text = await readFile(config, 'utf8');
    const first = runFiles(join(folder, 'fold-1')).config;
    await writeFile(config, text.replace('"epochs": 2', '"epochs": 4'));
    expect(await fault('evaluate', folder)).toContain(
      `${config}: recipe.epochs: differs from ${first}; expected what all folds share`,
    );
    await writeFile(config, text.replace('"learningRate": 0.01', '"learningRate": 0.02'));
    expect(await fault('evaluate', folder)).toContain(`${config}: recipe.learningRate: differs`);
    await rm(join(folder, 'fold-3'), { recursive: true });
    expect(await fault('evaluate', folder)).toContain(
      `${join(folder, 'fold-3')}: is missing; expected the runs of all 3 folds. Train it as the others were, with --fold 3/3`,
    );
    expect(await fault('export', folder, '-o', at('none.onnx'))).toContain(
      `${folder}: holds the folds of a cross-validation`,
    );
    await mkdir(at('nothing'));
    expect(await fault('evaluate', at('nothing'))).toContain('made by vascula train');
  });
});

describe('all folds as one network', () => {
  test('their mean is scored on other data, and predicts', async () => {
    const args = ['evaluate', good, '--data', data, '--split', 'all', '--threads', '1', '--json'];
    const { code, output } = await commandLine(args);
    expect(code).toBe(0);
    const { prediction, tiles } = JSON.parse(output);
    expect(tiles).toHaveLength(8);
    expect(prediction.runs.map(({ folder }: { folder: string }) => folder)).toEqual(
      [1, 2, 3].map((number) => join(good, `fold-${number}`)),
    );
    const submitted = ['submit', good, data, '-o', at('mean.csv'), '--threads', '1', '--json'];
    expect(JSON.parse((await commandLine(submitted)).output).prediction.runs).toHaveLength(3);
  });
});

test('symmetries: each fold averages over them, in evaluate and on the page', async () => {
  const more = ['--tta', 'flips', '--threads', '1'];
  const evaluated = await commandLine(['evaluate', good, ...more, '--json']);
  const { prediction, overall, assessment } = JSON.parse(evaluated.output);
  expect(prediction).toEqual({
    tta: 'flips',
    window: null,
    overlap: null,
    images: { whole: 8, exact: 0, blended: 0 },
  });
  expect(evaluated.messages).toContain('means over four mirrorings');
  const plain = await json('good', 'metrics.json');
  expect(plain.prediction.tta).toBe('none');
  const aucOf = (one: { overall: { headlines: { pooledRocAuc: { value: number } } } }) =>
    one.overall.headlines.pooledRocAuc.value;
  expect(aucOf(assessment)).not.toBe(aucOf(plain.assessment));
  const page = await commandLine(['report', good, '-o', at('mirrored'), ...more, '--json']);
  expect(JSON.parse(page.output).evaluation.overall).toEqual(overall);
});

describe('tiles that repeat another', () => {
  test('are left out of all folds, said once; or kept, with a warning over all folds', async () => {
    const copies = at('copies');
    await cp(data, copies, { recursive: true });
    const [first, second] = (await openDataset(copies)).tiles.map(({ file }) => file as string);
    await cp(first as string, second as string);
    const train = (name: string, ...more: string[]) => {
      const args = ['train', copies, '-o', at(name), '--folds', '2', '--epochs', '1', ...flags];
      return commandLine([...args, '--split', 'random', ...more]);
    };
    const without = await train('without-copies');
    expect(without.code, without.messages).toBe(0);
    expect(without.messages.match(/left out 1 labelled tile /g)).toHaveLength(1);
    const { runs } = await openFolds(at('without-copies'));
    for (const { split } of runs) expect(split.dropped).toHaveLength(1);
    expect(runs.flatMap(({ split }) => split.validation)).toHaveLength(7);
    // With this seed the two are in different folds, so each fold validates on one it was trained on.
    const kept = await train('with-copies', '--duplicates', 'keep', '--seed', '1');
    expect(kept.messages).toContain('Warning: 2 validation tiles with exactly the pixels');
  });
});

test('images with masks: every image out of fold, pixels that count, names', async () => {
  const pairs = at('pairs');
  await mkdir(pairs);
  await writeGoodPairs(pairs);
  const args = ['train', pairs, '-o', at('of-pairs'), ...pairFlags, '--folds', '2'];
  const { code, messages } = await commandLine([...args, ...flags, '--epochs', '1']);
  expect(code, messages).toBe(0);
  const evaluate = ['evaluate', at('of-pairs'), '--threads', '1'];
  const { tiles, assessment, overall } = JSON.parse(
    (await commandLine([...evaluate, '--json'])).output,
  );
  const dataset = await openDataset(pairs, { pairs: goodPairs });
  const pooled = { vessel: 0, background: 0 };
  for (const tile of dataset.tiles) {
    const truth = await tileTruth(tile, tile.size ?? dataset.tileSize);
    const [vessel, background] = [1, 0].map((of) => truth.filter((value) => value === of).length);
    pooled.vessel += vessel as number;
    pooled.background += background as number;
    const { counts } = tiles.find(({ id }: { id: string }) => id === tile.id);
    expect(counts.truePositive + counts.falseNegative).toBe(vessel);
    expect(counts.falsePositive + counts.trueNegative).toBe(background);
  }
  expect(overall.counts.truePositive + overall.counts.falseNegative).toBe(pooled.vessel);
  const { pooledDice, pooledRocAuc } = assessment.overall.headlines;
  expect(pooledDice.value).toBe(dice(overall.counts));
  // Each image is a slide of its own.
  for (const { byTile, bySlide } of [pooledDice, pooledRocAuc]) expect(bySlide).toEqual(byTile);
  expect((await commandLine(evaluate)).output).toMatch(/\nImages by source: .*scan_10/);
  const report = ['report', at('of-pairs'), '-o', at('page-of-pairs'), '--threads', '1', '--json'];
  const page = await commandLine(report);
  expect(page.code, page.messages).toBe(0);
  expect(JSON.parse(page.output).evaluation.overall).toEqual(overall);
  expect(await readFile(join(at('page-of-pairs'), 'index.html'), 'utf8')).toContain(
    'Dice of all pixels together',
  );
});

describe('report', () => {
  let numbers: {
    iou: { overall: { tiles: number; iou: number } };
    pictures: Record<string, string[]>;
    runs: { name: string; history: object[]; timings: { predictedTiles: number } }[];
    evaluation: object;
  };
  const page = () => at('page');
  const table = async (name: string): Promise<Record<string, string>[]> =>
    parse(await readFile(join(page(), 'tables', `${name}.csv`), 'utf8'), { columns: true });
  beforeAll(async () => {
    const args = ['report', good, '-o', page(), '--threads', '1', '--json'];
    const { code, output, messages } = await commandLine(args);
    expect(code, messages).toBe(0);
    numbers = JSON.parse(output);
  });

  test('has the evaluation of all tiles, each out of fold', async () => {
    const { predictionSeconds: _, folds: __, ...first } = await json('good', 'metrics.json');
    expect(numbers.evaluation).toMatchObject(first);
    expect(numbers.iou.overall.tiles).toBe(8);
    expect(numbers.iou.overall.iou).toBeCloseTo(first.overall.meanIou, 12);
    expect(numbers.runs.map(({ name, timings }) => [name, timings.predictedTiles])).toEqual(
      first.tiles
        .map(({ fold }: { fold: number }) => fold)
        .reduce((counts: [string, number][], fold: number) => {
          const [name, tiles] = counts[fold - 1] ?? [`fold ${fold}`, 0];
          counts[fold - 1] = [name, tiles + 1];
          return counts;
        }, []),
    );
  });

  test('tables: the folds with mean and deviation, scores and tiles by (dataset, source)', async () => {
    const { folds, acrossFolds, groups } = await json('good', 'metrics.json');
    const rows = await table('folds');
    expect(rows.map(({ fold }) => fold)).toEqual(['1', '2', '3', 'mean', 'standard deviation']);
    expect(rows.map(({ meanIou }) => Number(meanIou))).toEqual([
      ...folds.map(({ scores }: { scores: { meanIou: number } }) => scores.meanIou),
      acrossFolds.meanIou.mean,
      acrossFolds.meanIou.standardDeviation,
    ]);
    const scores = await table('iou');
    expect(Object.keys(scores[0] ?? {})).not.toContain('trainingTiles');
    expect(scores.slice(0, -1).map((row) => Number(row.tiles))).toEqual(
      groups.map(({ images }: { images: number }) => images),
    );
    const counts = await table('folds-by-group');
    const all = counts.at(-1) as Record<string, string>;
    expect(all).toMatchObject({ dataset: 'all', tiles: '8' });
    for (const row of counts)
      expect(Number(row['fold 1']) + Number(row['fold 2']) + Number(row['fold 3'])).toBe(
        Number(row.tiles),
      );
  });

  test.skipIf(!hasChromium)(`is drawn (${CHROMIUM})`, async () => {
    const seen = await look(page());
    expect([seen.said, seen.asked, seen.isTooWide]).toEqual([[], [], []]);
    expect(seen.marks).toMatchObject({ 'iou-by-fold': 4, 'fold-map': 8 });
    expect(seen.pictures).toBe(
      Object.values(numbers.pictures).reduce((sum, ids) => sum + ids.length, 0),
    );
    expect(seen.text).toContain('folds finished');
    expect(seen.text).toContain('Parted into 3 folds, by slide: each slide is in one fold.');
  });

  test('a picture shows what the tile’s own fold predicts', async () => {
    const folds = await openFolds(good);
    const dataset = await openDataset(data);
    const { split } = folds.runs[2] as (typeof folds.runs)[number];
    const [first] = split.validation as [string];
    const evaluation = await json('good', 'metrics.json');
    const { signal } = new AbortController();
    const results = { folds, dataset, evaluation };
    const shown = predictOutOfFold(results, withRuntime, [first], signal);
    for await (const { labelled, prediction } of shown) {
      expect(labelled.tile.id).toBe(first);
      const { tiles } = await json('good', 'fold-3', 'metrics.json');
      expect(overlap(labelled.mask, prediction)).toEqual(tiles[0].counts);
    }
  });

  test('folds that are not finished: said', async () => {
    const folder = await copyOfGood('unfinished');
    const record = await json('good', 'folds.json');
    await writeFile(
      join(folder, 'folds.json'),
      JSON.stringify({ ...record, finished: record.finished.slice(1) }),
    );
    const args = ['report', folder, '--threads', '1'];
    expect((await commandLine(args)).code).toBe(0);
    expect(await readFile(join(folder, 'report', 'index.html'), 'utf8')).toContain(
      'Training is not finished: 2 of 3 folds.',
    );
  });
});

describe('compare', () => {
  test('two cross-validations, tile by tile', async () => {
    expect((await fresh('wider', 3, '--epochs', '2', '--base', '4')).code).toBe(0);
    const args = ['compare', good, at('wider'), '-o', at('compared'), '--threads', '1', '--json'];
    const { code, output, messages } = await commandLine(args);
    expect(code, messages).toBe(0);
    const { pairs, shared, runs } = JSON.parse(output);
    expect(runs.map(({ name }: { name: string }) => name)).toEqual(['good', 'wider']);
    expect(shared.ids).toHaveLength(8);
    const ious = await Promise.all(
      ['good', 'wider'].map(
        async (name) =>
          new Map<string, number>(
            (await json(name, 'metrics.json')).tiles.map((tile: { id: string; iou: number }) => [
              tile.id,
              tile.iou,
            ]),
          ),
      ),
    );
    const [first, second] = ious.map((map) => shared.ids.map((id: string) => map.get(id)));
    const { meanDifference, pValue } = pairedTest(first, second, { seed: 0 });
    expect(pairs).toHaveLength(1);
    expect(pairs[0]).toMatchObject({ tiles: 8, difference: meanDifference, pValue });
    expect(meanDifference).not.toBe(0);
    const html = await readFile(join(at('compared'), 'index.html'), 'utf8');
    expect(html).toContain('Fold by fold: wider');
    expect(html).not.toContain('The folds are parted differently');
  });

  test.skipIf(!hasChromium)(`the page is drawn (${CHROMIUM})`, async () => {
    const seen = await look(at('compared'));
    expect([seen.said, seen.asked, seen.isTooWide]).toEqual([[], [], []]);
    expect(seen.marks).toMatchObject({ 'iou-by-tile': 8 });
  });

  test('not with a run', async () => {
    const messages = await fault('compare', good, join(good, 'fold-1'), '-o', at('never'));
    expect(messages).toContain('holds the folds of a cross-validation');
  });
});

describe('gone on with', () => {
  /** Presses Ctrl-C when the messages have said something. */
  class Impatient extends RecordingTerminal {
    constructor(private readonly until: RegExp) {
      // Redraws its lines, so that the first tile is seen at once.
      super(true);
    }
    override err(text: string): void {
      super.err(text);
      if (this.until.test(this.messages)) this.controller.abort();
    }
  }

  test.each([
    ['in the middle of the second fold', /Fold 2 of 3.*epoch 1\/2/s, 1],
    ['as the third begins', /Fold 3 of 3/, 2],
    ['while all are evaluated', /All folds 1\//, 3],
  ])('%s, it equals the one that was not stopped', async (name, until, finished) => {
    const terminal = new Impatient(until);
    const args = ['train', data, '-o', at(name), '--folds', '3', '--epochs', '2', ...flags];
    const { code, output, messages } = await commandLine(args, terminal);
    expect([code, output]).toEqual([130, '']);
    expect(messages).toContain(`Saved. Go on with: vascula train --resume ${at(name)}\n`);
    expect((await json(name, 'folds.json')).finished).toHaveLength(finished);
    const rest = await resume(name);
    expect(rest.code, rest.messages).toBe(0);
    for (const number of [1, 2, 3]) {
      expect(rest.messages.includes(`Fold ${number} of 3`)).toBe(number > finished);
      expect(await resultOf(at(join(name, `fold-${number}`)))).toEqual(
        await resultOf(join(good, `fold-${number}`)),
      );
    }
    const { tiles } = await json(name, 'metrics.json');
    expect(tiles).toEqual((await json('good', 'metrics.json')).tiles);
  });

  test('with more epochs, all folds get them; with fewer it is refused', async () => {
    await fresh('longer', 3, '--epochs', '1');
    const refused = await commandLine(['train', '--resume', good, '--epochs', '1']);
    expect(refused.code).toBe(1);
    expect(refused.messages).toContain(
      `--epochs: 1, where ${join(good, 'fold-1')} has finished 2 already; expected 2 or more`,
    );
    const { code } = await resume('longer', '--epochs', '2');
    expect(code).toBe(0);
    for (const number of [1, 2, 3])
      expect(await resultOf(at(join('longer', `fold-${number}`)))).toEqual(
        await resultOf(join(good, `fold-${number}`)),
      );
    const record = await json('longer', 'folds.json');
    expect(record.config.recipe.epochs).toBe(2);
    expect(record.finished.map(({ epochs }: { epochs: number }) => epochs)).toEqual([2, 2, 2]);
  });

  test('epochs stay what they are where the learning rate falls to 0 at their end', async () => {
    const { code } = await fresh('cosine', 2, '--epochs', '1', '--schedule', 'cosine');
    expect(code).toBe(0);
    expect(await fault('train', '--resume', at('cosine'), '--epochs', '2')).toContain(
      '--epochs: 2, where its folds were started for 1; expected 1, since its learning rate (schedule cosine)',
    );
  });

  test('data that moved: the folder is named once, and remembered', async () => {
    const moved = at('moved');
    await cp(data, moved, { recursive: true });
    const folder = await copyOfGood('elsewhere');
    for (const file of [join(folder, 'folds.json'), runFiles(join(folder, 'fold-1')).config]) {
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replaceAll(data, at('gone')));
    }
    expect((await resume('elsewhere')).messages).toContain(
      `${at('gone')}: is missing. Have they moved? Name the folder: vascula train --resume ${folder} DIR`,
    );
    const args = ['train', '--resume', folder, moved, '--epochs', '3', '--threads', '1'];
    expect((await commandLine(args)).code).toBe(0);
    expect((await json('elsewhere', 'folds.json')).config.data.folder).toBe(moved);
    expect((await json('elsewhere', 'fold-3', 'config.json')).data.folder).toBe(moved);
  });
});

/** Runs a command that has to fail: exit 1, stdout empty, no stack trace. */
async function fault(...args: string[]): Promise<string> {
  const { code, output, messages } = await commandLine(args);
  expect([code, output]).toEqual([1, '']);
  expect(messages).not.toMatch(/^\s+at |unexpected|please report/m);
  return messages;
}

describe('what cannot be is refused', () => {
  test.each([
    [['--folds', '9', '--split', 'random'], '9 folds by random of 8 tiles'],
    [['--folds', '8', '--split', 'slide'], 'expected as many slides as folds, or more'],
    [['--folds', '3', '--crop', '31'], '--crop: 31 pixels'],
  ])('%j, before a folder is made', async (more, says) => {
    expect(await fault('train', data, '-o', at('never'), ...flags, ...more)).toContain(says);
    await expect(readdir(at('never'))).rejects.toThrow('ENOENT');
  });

  test('a folder that is not empty', async () => {
    const before = await readdir(good);
    expect(await fault('train', data, '-o', good, '--folds', '3', ...flags)).toContain(
      'good: is not empty',
    );
    expect(await readdir(good)).toEqual(before);
  });

  test.each([
    [['--folds', '1'], 'a whole number from 2 to 1000'],
    [['--folds', '3', '--fold', '1/3'], "option '--folds <k>' cannot be used with option '--fold"],
    [['--folds', '3', '--train-fraction', '0.5'], "'--folds <k>' cannot be used with"],
  ])('%j is a matter of usage', async (more, says) => {
    const args = ['train', data, '-o', at('never'), ...flags, ...more];
    const { code, messages } = await commandLine(args);
    expect(code).toBe(2);
    expect(messages).toContain(says);
  });

  test('another number of folds on --resume', async () => {
    const { code, messages } = await resume('good', '--folds', '4');
    expect(code).toBe(2);
    expect(messages).toContain('error: --folds describes a new run');
  });

  test.each([
    ['', 'folds.json: is not JSON'],
    ['[]', 'folds.json: found []; expected an object'],
    ['{"folds":4}', 'fold-1/config.json: fold: is 1 of 3; expected 1 of 4, as'],
    ['{"folds":2}', 'finished[2].number: found 3; expected each fold from 1 to 2 at most once'],
    ['{"folds":1}', 'folds.json: folds: found 1'],
    ['{"finished":[{"number":4,"epochs":1}]}', 'finished[0].number: found 4; expected each fold'],
    ['{"more":1}', 'folds.json: more: is not known'],
  ])('folds.json with %s', async (change, says) => {
    const folder = await copyOfGood(`spoilt-${change.length}`);
    const file = join(folder, 'folds.json');
    const parsed = change.startsWith('{') ? JSON.parse(change) : undefined;
    const text = parsed
      ? JSON.stringify({ ...(await json('good', 'folds.json')), ...parsed })
      : change;
    await writeFile(file, text);
    expect(await fault('train', '--resume', folder)).toContain(says);
    expect(await fault('evaluate', folder)).toContain(says);
    await rm(folder, { recursive: true });
  });

  test('runs that are no folds of one cross-validation', async () => {
    const folder = await copyOfGood('mixed');
    const config = runFiles(join(folder, 'fold-2')).config;
    const text = await readFile(config, 'utf8');
    await writeFile(config, text.replace('"negativeWeight": 10', '"negativeWeight": 3'));
    expect(await fault('evaluate', folder)).toContain(
      `${config}: recipe.negativeWeight: differs from ${join(folder, 'folds.json')}`,
    );
    await writeFile(config, text);
    await rename(join(folder, 'fold-1'), at('aside'));
    await rename(join(folder, 'fold-2'), join(folder, 'fold-1'));
    await rename(at('aside'), join(folder, 'fold-2'));
    expect(await fault('evaluate', folder)).toContain('fold: is 2 of 3; expected 1 of 3');
  });

  test('a tile that two folds validate on', async () => {
    const folder = await copyOfGood('twice');
    const [first, second] = [1, 2].map((n) => runFiles(join(folder, `fold-${n}`)).split);
    const { validation } = JSON.parse(await readFile(first as string, 'utf8'));
    const split = JSON.parse(await readFile(second as string, 'utf8'));
    const train = split.train.filter((id: string) => id !== validation[0]);
    const spoilt = { ...split, train, validation: [...split.validation, validation[0]] };
    await writeFile(second as string, JSON.stringify(spoilt));
    expect(await fault('evaluate', folder)).toContain(
      `validation: has ${validation[0]}, which ${join(folder, 'fold-1')} validates on too`,
    );
  });

  test('a fold without its folder, its configuration, or weights', async () => {
    const folder = await copyOfGood('lacking');
    const fold = join(folder, 'fold-3');
    await rm(join(fold, 'checkpoints'), { recursive: true });
    expect(await fault('evaluate', folder)).toContain(
      `Go on training with: vascula train --resume`,
    );
    await rm(runFiles(fold).config);
    expect(await fault('train', '--resume', folder)).toContain('fold-3/config.json: is missing');
    await rm(fold, { recursive: true });
    expect(await fault('train', '--resume', folder)).toContain(
      `${fold}: is missing; expected the run of fold 3 of the 3`,
    );
  });

  test('folds where one run is meant, and other tiles than those validated', async () => {
    const says = `${good}: holds the folds of a cross-validation; expected the folder of one run. Name one of its folds, as in ${join(good, 'fold-1')}`;
    expect(await fault('export', good, '-o', at('out.onnx'))).toContain(says);
    expect(await fault('calibrate', good)).toContain(says);
    expect(await fault('evaluate', good, '--split', 'train')).toContain('--split: train of');
    expect(await fault('evaluate', good, '--split', 'all')).toContain('--split: all of');
    expect(await fault('evaluate', good, '--with', join(good, 'fold-1'))).toContain(
      'expected no other run: each tile is scored by the one fold that was not trained on it',
    );
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function withoutTime({ predictionSeconds: _, ...fold }: Record<string, unknown>) {
  return fold;
}
