import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrapInterval, iou, meanOf, type Overlap, toCsv } from '@vascula/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataset } from '../../dist/dataset/index.js';
import type { Page } from '../../dist/pages/index.js';
import { reportPage } from '../../dist/report/index.js';
import { openRun, type Run } from '../../dist/run/index.js';
import { temporaryFolder } from '../support/folder.js';
import { CHROMIUM, figureNames, hasChromium, look, tableOf, wordsOf } from '../support/pages.js';
import { commandLine } from '../support/program.js';
import {
  goOn,
  middleCutoff,
  newRun,
  tinyDataset,
  tinyTiles,
  withRuntime,
} from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
/** With a cutoff that has probabilities on either side. */
let run: Run;
let cutoff: number;
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  const folder = join(temporary.path, 'a run & <b>');
  await newRun(data, folder, { epochs: 2 });
  await goOn(folder);
  const tiles = (await readdir(join(data, 'train'))).map((name) => join(data, 'train', name));
  cutoff = await middleCutoff(folder, tiles);
  run = withRecipe(await openRun(folder), { cutoff });
});
afterAll(() => temporary.remove());

function withRecipe(of: Run, change: Partial<Run['config']['recipe']>): Run {
  return { ...of, config: { ...of.config, recipe: { ...of.config.recipe, ...change } } };
}

async function report(of: Run, seed = 0): Promise<Page> {
  const dataset = await openDataset(data);
  const hooks = { signal: new AbortController().signal };
  return withRuntime((runtime) => reportPage(of, dataset, runtime, { seed }, hooks));
}

interface ReportData {
  readonly evaluation: {
    readonly tiles: { id: string; dataset: number; source: number; counts: Overlap }[];
  };
  readonly iou: { readonly overall: Record<string, number> };
  readonly pictures: Record<string, string[]>;
}

describe('a finished run', () => {
  let page: Page;
  let numbers: ReportData;
  beforeAll(async () => {
    page = await report(run);
    numbers = page.data as ReportData;
  });

  test('has the numbers of vascula evaluate', async () => {
    const flags = ['--threads', '1', '--json', '--cutoff', `${cutoff}`];
    const { output } = await commandLine(['evaluate', run.folder, ...flags]);
    const { predictionSeconds: _, ...evaluated } = JSON.parse(output);
    expect(numbers.evaluation).toMatchObject(evaluated);
    expect(numbers.iou.overall.iou).toBeCloseTo(evaluated.overall.meanIou, 12);
    // Predictions that are all right or all wrong would prove little.
    const { truePositive, falsePositive, falseNegative } = evaluated.overall.counts;
    expect(Math.min(truePositive, falsePositive, falseNegative)).toBeGreaterThan(0);
  });

  test('scores by dataset and source, with intervals, and none for a single tile', () => {
    const { rows } = tableOf(page, 'iou');
    const { tiles } = numbers.evaluation;
    const counted = rows.map((row) => {
      const isAll = row.dataset === 'all';
      const of = tiles.filter(
        (tile) => isAll || (tile.dataset === row.dataset && tile.source === row.source),
      );
      const ious = of.map(({ counts }) => iou(counts));
      const interval = bootstrapInterval(ious, meanOf, { seed: 0 });
      expect(row).toMatchObject({
        tiles: ious.length,
        iou: meanOf(ious),
        low: interval?.low ?? null,
        high: interval?.high ?? null,
      });
      return ious.length;
    });
    expect(counted.at(-1)).toBe(3);
    expect(counted).toContain(1);
    const { trainingTiles } = rows.at(-1) ?? {};
    expect(trainingTiles).toBe(tinyTiles.tiles - 3);
  });

  test('shows tiles by chance, the best and the worst as strips of four panels', async () => {
    const { pictures } = numbers;
    expect(pictures.worst).toHaveLength(1);
    const blocks = page.sections.flatMap(({ blocks }) => blocks);
    const strips = blocks.flatMap((block) => (block.kind === 'pictures' ? block.pictures : []));
    expect(strips.map(({ name }) => name).sort()).toEqual(
      Object.entries(pictures)
        .flatMap(([name, ids]) => ids.map((id) => `${name}-${id}`))
        .sort(),
    );
    for (const { jpeg, width, height } of strips) {
      const { width: w, height: h } = await sharp(jpeg).metadata();
      expect([w, h]).toEqual([width, height]);
      expect([w, h]).toEqual([4 * 64 + 3 * 8, 64]);
    }
    const { pictures: same } = (await report(run)).data as ReportData;
    expect(same).toEqual(pictures);
  });

  test('a strip’s third panel is the prediction that was scored', async () => {
    const blocks = page.sections.flatMap(({ blocks }) => blocks);
    const chosen = blocks.find((block) => block.kind === 'pictures' && block.name === 'chosen');
    if (chosen?.kind !== 'pictures') throw new Error('no chosen tiles');
    for (const { name, jpeg } of chosen.pictures) {
      const { counts } = numbers.evaluation.tiles.find(({ id }) => `chosen-${id}` === name) ?? {};
      const predicted = (counts?.truePositive ?? 0) + (counts?.falsePositive ?? 0);
      const panel = { left: 2 * (64 + 8), top: 0, width: 64, height: 64 };
      const red = await sharp(jpeg).extract(panel).extractChannel(0).raw().toBuffer();
      const painted = red.filter((value) => value > 117).length;
      // But for pixels at borders, which JPEG blurs.
      expect(Math.abs(painted - predicted)).toBeLessThan(0.02 * 64 * 64);
    }
  });

  test('every dot of a tile has its picture', () => {
    const ids = numbers.evaluation.tiles.map(({ id }) => `tile-${id}`);
    expect(page.hoverPictures?.map(({ name }) => name)).toEqual(ids);
    const scatter = page.sections
      .flatMap(({ blocks }) => blocks)
      .find((block) => block.kind === 'figure' && block.figure.name === 'iou-by-vessel-share');
    for (const id of ids) expect(JSON.stringify(scatter)).toContain(`"pictures/${id}.jpg"`);
  });

  test('nothing undefined is said', () => {
    expect(wordsOf(page)).not.toMatch(/NaN|undefined|Infinity/);
    expect(toCsv(tableOf(page, 'iou'))).not.toMatch(/NaN|undefined|null/);
  });
});

describe('a run that is not finished', () => {
  test('stopped before its first validation: what it was asked to do, and a notice', async () => {
    const early = await newRun(data, join(temporary.path, 'early'));
    const page = await report(early);
    expect(wordsOf(page)).toContain('stopped before its first validation');
    expect(wordsOf(page)).not.toMatch(/NaN|undefined|Infinity/);
    expect(figureNames(page)).toEqual(['architecture', 'split-map']);
    expect(page.data).toMatchObject({ history: [], evaluation: null, tiles: [], pictures: null });
  });

  test('stopped later: how far it came', async () => {
    const page = await report(withRecipe(run, { epochs: 7 }));
    expect(wordsOf(page)).toContain('Training is not finished: 2 of 7 epochs');
  });
});

test('one validation tile: no interval, no best, no worst, and the page says so', async () => {
  const [first] = run.split.validation;
  const page = await report({
    ...run,
    split: { ...run.split, validation: [first], neighbours: 0 },
  });
  const numbers = page.data as ReportData;
  expect(numbers.iou.overall).toMatchObject({ tiles: 1, low: null, high: null });
  expect(numbers.pictures).toEqual({ chosen: [first], best: [], worst: [] });
  expect(wordsOf(page)).toContain('One validation tile only');
  expect(wordsOf(page)).toContain('there is no best and no worst');
  expect(wordsOf(page)).not.toContain('touch or overlap');
});

describe('the command', () => {
  let code: number | null;
  let output: string;
  const folder = () => join(run.folder, 'report');
  beforeAll(async () => {
    ({ code, output } = await commandLine(['report', run.folder, '--threads', '1', '--json']));
  });

  test('writes the page into the run and prints its numbers', async () => {
    expect(code).toBe(0);
    const written = JSON.parse(await readFile(join(folder(), 'data.json'), 'utf8'));
    expect(JSON.parse(output)).toEqual(written);
    const html = await readFile(join(folder(), 'index.html'), 'utf8');
    expect(html.includes('Report: a run &amp; &lt;b&gt;')).toBe(true);
    expect(html.includes('<td class="number">–</td>')).toBe(true);
  });

  test('refuses before the work what cannot be done', async () => {
    const again = await commandLine(['report', run.folder]);
    expect(again).toMatchObject({ code: 1 });
    expect(again.messages).toContain('report: is not empty');
    const noRun = await commandLine(['report', data]);
    expect(noRun).toMatchObject({ code: 1 });
    expect(noRun.messages).toContain('the folder of a run');
    const elsewhere = join(temporary.path, 'elsewhere');
    const noData = await commandLine(['report', run.folder, '-o', elsewhere, '--data', elsewhere]);
    expect(noData).toMatchObject({ code: 1 });
    expect(noData.messages).toContain('elsewhere: is missing');
  });

  test.skipIf(!hasChromium)(
    `its page draws every figure in a browser (skipped without ${CHROMIUM})`,
    async () => {
      const seen = await look(folder());
      expect(Object.keys(seen.marks).sort()).toEqual([
        'architecture',
        'iou-by-epoch',
        'iou-by-group',
        'iou-by-training-tiles',
        'iou-by-vessel-share',
        'iou-density',
        'iou-density-by-group',
        'loss',
        'split-map',
      ]);
      for (const [name, marks] of Object.entries(seen.marks))
        expect(marks, name).toBeGreaterThan(0);
      expect(seen).toMatchObject({ said: [], asked: [], isTooWide: [] });
      expect(seen.pictures).toBeGreaterThan(0);
      expect(seen.text).not.toMatch(/NaN|undefined/);
    },
  );
});
