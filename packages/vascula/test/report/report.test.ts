import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bootstrapInterval,
  headlineLabels,
  headlineNames,
  iou,
  meanOf,
  type Overlap,
  toCsv,
} from '@vascula/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataset } from '../../dist/dataset/index.js';
import { neighbourSentences, type RunEvaluation } from '../../dist/evaluation/index.js';
import type { Page } from '../../dist/pages/index.js';
import { reportPage } from '../../dist/report/index.js';
import { openRun, type Run, rewriteConfig } from '../../dist/run/index.js';
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

describe('headline numbers, vessels, probabilities, neighbours', () => {
  let page: Page;
  let evaluation: RunEvaluation;
  beforeAll(async () => {
    page = await report(run, 3);
    evaluation = (page.data as { evaluation: RunEvaluation }).evaluation;
  });

  test('every headline number with its intervals by tile and by slide, of the seed of the page', () => {
    const { rows } = tableOf(page, 'headlines');
    const { assessment } = evaluation;
    expect(assessment.seed).toBe(3);
    expect(rows).toEqual(
      headlineNames.map((name) => {
        const { value, byTile, bySlide } = assessment.overall.headlines[name];
        return {
          metric: headlineLabels[name],
          value,
          tileLow: byTile?.low ?? null,
          tileHigh: byTile?.high ?? null,
          slideLow: bySlide?.low ?? null,
          slideHigh: bySlide?.high ?? null,
        };
      }),
    );
    expect(rows[0].tileLow).not.toBeNull();
    const { slides } = assessment.overall;
    expect(wordsOf(page)).toContain(
      slides < 2 ? 'no interval by slide' : `rest on ${slides} slides only`,
    );
    const { value, byTile } = assessment.overall.headlines.meanIou;
    expect(wordsOf(page)).toContain(
      `${value?.toFixed(3)} (95 %: ${byTile?.low.toFixed(3)} to ${byTile?.high.toFixed(3)})`,
    );
  });

  test('tables by (dataset, source), of all in the last row', () => {
    const { overall, groups } = evaluation.assessment;
    const vessels = tableOf(page, 'vessels').rows;
    expect(vessels.map(({ detections }) => detections)).toEqual(
      [...groups, overall].map(({ detections }) => detections),
    );
    expect(vessels.at(-1)).toMatchObject({
      dataset: 'all',
      vessels: overall.vessels,
      averagePrecision: overall.headlines.averagePrecision.value,
      cocoAveragePrecision: overall.cocoAveragePrecision,
      boundaryF: overall.boundaryF,
      hd95: overall.hd95,
    });
    const probabilities = tableOf(page, 'probabilities').rows;
    expect(probabilities).toHaveLength(groups.length + 1);
    expect(probabilities.at(-1)).toMatchObject({
      pixels: 3 * 64 * 64,
      expectedCalibrationError: overall.calibration.expectedCalibrationError,
      rocAuc: overall.pixelRocAuc?.value ?? null,
    });
  });

  test('the curves are those of data.json: precision from recall 0, calibration in panels', () => {
    const figures = page.sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.kind === 'figure' ? [block.figure] : [])),
    );
    const rowsOf = (name: string) => {
      const data = figures.find((figure) => figure.name === name)?.spec.data as
        | { values: { x: number; y: number; series: string; group?: string }[] }
        | undefined;
      return data?.values ?? [];
    };
    const envelope = rowsOf('precision-recall').filter(({ series }) => series === 'envelope');
    const points = evaluation.assessment.precisionRecallCurve ?? [];
    expect(points.length).toBeGreaterThan(1);
    expect(envelope).toEqual([
      { x: 0, y: points[0].envelope, series: 'envelope' },
      ...points.map(({ recall: x, envelope: y }) => ({ x, y, series: 'envelope' })),
    ]);
    const { overall, groups } = evaluation.assessment;
    const calibration = rowsOf('calibration');
    const filled = (row: typeof overall) =>
      row.calibration.curve.filter(({ pixels }) => pixels > 0);
    const all =
      groups.length > 1 ? calibration.filter(({ group }) => group === 'all') : calibration;
    expect(all.map(({ x, y }) => [x, y])).toEqual(
      filled(overall).map(({ meanProbability, positiveShare }) => [meanProbability, positiveShare]),
    );
    expect(calibration).toHaveLength(
      groups.length > 1
        ? [overall, ...groups].reduce((sum, row) => sum + filled(row).length, 0)
        : all.length,
    );
  });

  test('tiles beside training tiles against the others: in words, and by metric', () => {
    const { neighbours } = evaluation;
    if (neighbours === null) throw new Error('the split of the test parts no neighbours');
    for (const sentence of neighbourSentences(neighbours))
      expect(wordsOf(page)).toContain(JSON.stringify(sentence).slice(1, -1));
    expect(wordsOf(page)).toContain('touch or overlap a training tile');
    if (neighbours.apart.images > 0)
      expect(tableOf(page, 'neighbours').rows[0]).toMatchObject({
        metric: 'IoU',
        beside: neighbours.beside.headlines.meanIou.value,
        apart: neighbours.apart.headlines.meanIou.value,
        value: neighbours.difference.meanIou.value,
      });
  });
});

test('a fold of a cross-validation says so; folders of earlier versions are read as they are', async () => {
  const fold = { number: 2, of: 4 };
  const { trainFraction: _, ...by } = run.config.split;
  const folded = await report({
    ...run,
    config: { ...run.config, split: { ...by, fold } },
    split: { ...run.split, fold },
  });
  expect(wordsOf(folded)).toContain('This is fold 2 of 4');
  expect(tableOf(folded, 'configuration').rows).toContainEqual({
    label: 'share for training, or fold',
    value: 'fold 2 of 4',
  });
  // What metrics.json held before there were vessels, boundaries and probabilities in it.
  const {
    assessment: __,
    neighbours: ___,
    ...old
  } = (folded.data as { evaluation: RunEvaluation }).evaluation;
  const earlier = join(temporary.path, 'earlier');
  await cp(run.folder, earlier, { recursive: true, filter: (path) => !path.endsWith('report') });
  await writeFile(join(earlier, 'metrics.json'), JSON.stringify(old));
  const { code, messages } = await commandLine(['report', earlier, '--threads', '1', '--json']);
  expect(code, messages).toBe(0);
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
    await rewriteConfig(run);
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
        'ap-by-group',
        'architecture',
        'calibration',
        'iou-by-epoch',
        'iou-by-group',
        'iou-by-training-tiles',
        'iou-by-vessel-share',
        'iou-density',
        'iou-density-by-group',
        'loss',
        'precision-recall',
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
