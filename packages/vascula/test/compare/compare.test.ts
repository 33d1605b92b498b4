import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { headlineNames, iou as iouOf, type Overlap, pairedTest } from '@vascula/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparePage, type NamedRun } from '../../dist/compare/index.js';
import { openDataset } from '../../dist/dataset/index.js';
import type { RunEvaluation } from '../../dist/evaluation/index.js';
import type { Page } from '../../dist/pages/index.js';
import { openRun } from '../../dist/run/index.js';
import { writeSyntheticDataset } from '../../dist/synthetic/index.js';
import { temporaryFolder } from '../support/folder.js';
import { CHROMIUM, figureNames, hasChromium, look, tableOf, wordsOf } from '../support/pages.js';
import { commandLine } from '../support/program.js';
import { newRun, tinyDataset, tinyFlags, withRuntime } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
const at = (name: string) => join(temporary.path, name);
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  await train('unet', data, '--epochs', '2');
  await train('fcn', data, '--epochs', '2', '--model', 'fcn');
});
afterAll(() => temporary.remove());

async function train(name: string, from: string, ...flags: string[]) {
  const run = ['train', from, '-o', at(name), '--train-fraction', '0.5', '--cutoff', '0.4'];
  const { code, messages } = await commandLine([...run, ...tinyFlags, ...flags]);
  expect(code, messages).toBe(0);
}

async function compare(...names: string[]): Promise<Page> {
  const given: NamedRun[] = [];
  for (const name of names) {
    const run = await openRun(at(name));
    given.push({ name, run, dataset: await openDataset(run.config.data.folder) });
  }
  const hooks = { signal: new AbortController().signal };
  return withRuntime((runtime) => comparePage(given, runtime, { seed: 0 }, hooks));
}

interface Comparison {
  readonly runs: {
    readonly name: string;
    readonly split: { readonly validation: string[] };
    readonly evaluation: { readonly tiles: { id: string; counts: Overlap }[] } | null;
  }[];
  readonly shared: { readonly ids: string[]; readonly different: number };
  readonly pairs: Record<string, number | string | null>[];
  readonly pictures: Record<string, string[]> | null;
}

describe('two networks on one split', () => {
  let page: Page;
  let numbers: Comparison;
  beforeAll(async () => {
    page = await compare('unet', 'fcn');
    numbers = page.data as Comparison;
  });

  test('are compared on all validation tiles, their difference tested by tile', () => {
    const { runs, shared, pairs } = numbers;
    expect(runs.map(({ name }) => name)).toEqual(['unet', 'fcn']);
    expect(shared).toMatchObject({ ids: runs[0].split.validation, different: 0 });
    const [a, b] = runs.map(
      (run) => run.evaluation?.tiles.map(({ counts }) => iouOf(counts)) ?? [],
    );
    const { meanDifference, pValue } = pairedTest(a, b, { seed: 0 });
    expect(pairs).toMatchObject([{ tiles: 4, difference: meanDifference, pValue }]);
    expect(tableOf(page, 'differences').rows).toEqual(pairs);
    const { rows } = tableOf(page, 'iou');
    const mean = (ious: readonly number[]) => ious.reduce((sum, value) => sum + value, 0) / 4;
    expect(rows.at(-1)).toMatchObject({ tiles: 4, 'IoU unet': mean(a), 'IoU fcn': mean(b) });
  });

  test('are shown on the same tiles: six panels, and both overlays where a dot is hovered', async () => {
    const blocks = page.sections.flatMap(({ blocks }) => blocks);
    const strips = blocks.flatMap((block) => (block.kind === 'pictures' ? block.pictures : []));
    expect(strips.length).toBeGreaterThan(0);
    for (const { width, height } of strips) expect([width, height]).toEqual([6 * 64 + 5 * 8, 64]);
    expect(page.hoverPictures).toHaveLength(4);
    const { width, height } = await sharp(page.hoverPictures?.[0].jpeg).metadata();
    expect([width, height]).toEqual([2 * 64 + 4, 64]);
  });

  test('headline numbers with intervals, and the curves of both in one frame', () => {
    const { rows } = tableOf(page, 'headlines');
    expect(rows).toHaveLength(2 * headlineNames.length);
    const runs = (page.data as { runs: { name: string; evaluation: RunEvaluation }[] }).runs;
    for (const { name, evaluation } of runs) {
      const { value, byTile } = evaluation.assessment.overall.headlines.averagePrecision;
      expect(rows).toContainEqual(
        expect.objectContaining({ metric: 'AP', run: name, value, tileLow: byTile?.low ?? null }),
      );
    }
    expect(tableOf(page, 'assessment').rows).toHaveLength(2);
    expect(wordsOf(page)).toContain('All runs validated the same tiles.');
    const blocks = page.sections.flatMap(({ blocks }) => blocks);
    const calibration = blocks.find(
      (block) => block.kind === 'figure' && block.figure.name === 'calibration',
    );
    for (const name of ['unet', 'fcn'])
      expect(JSON.stringify(calibration)).toContain(`"series":"${name}"`);
  });

  test('what differs in their settings comes first', () => {
    const { rows } = tableOf(page, 'configuration');
    expect(rows[0]).toMatchObject({ setting: 'network', 'run unet': 'U-Net', 'run fcn': 'FCN' });
    const same = rows.map((row) => row.same);
    expect(same.lastIndexOf('differs')).toBeLessThan(same.indexOf('same'));
  });

  test('nothing undefined is said', () => {
    expect(wordsOf(page)).not.toMatch(/NaN|undefined|Infinity/);
  });
});

test('splits that differ: only tiles validated by both are compared, and the page says so', async () => {
  await train('other', data, '--epochs', '1', '--seed', '1');
  const page = await compare('unet', 'other');
  const { runs, shared, pairs } = page.data as Comparison;
  const [a, b] = runs.map(({ split }) => split.validation);
  expect(shared.ids).toEqual(a.filter((id) => b.includes(id)));
  expect(shared.ids.length).toBeGreaterThan(0);
  expect(shared.ids.length).toBeLessThan(4);
  expect(pairs).toMatchObject([{ tiles: shared.ids.length }]);
  expect(wordsOf(page)).toContain('The runs validated different tiles');
});

test('another truth under the same name: the tile is left out, and the page says so', async () => {
  const { split } = await openRun(at('unet'));
  const [changed, ...others] = split.validation;
  await cp(data, at('changed'), { recursive: true });
  const labels = join(at('changed'), 'polygons.jsonl');
  const triangle = [
    [1, 1],
    [20, 1],
    [20, 20],
  ];
  const annotations = [{ type: 'blood_vessel', coordinates: [triangle] }];
  const lines = (await readFile(labels, 'utf8')).trim().split('\n');
  const kept = lines.filter((line) => JSON.parse(line).id !== changed);
  const line = JSON.stringify({ id: changed, annotations });
  await writeFile(labels, `${[...kept, line].join('\n')}\n`);
  await train('relabelled', at('changed'), '--epochs', '1');
  const page = await compare('unet', 'relabelled');
  expect((page.data as Comparison).shared).toMatchObject({ ids: others, different: 1 });
  expect(wordsOf(page)).toContain('The runs name different data: 1 tile that all');
});

test('no tile in common: beside each other without a test', async () => {
  await writeSyntheticDataset(at('foreign'), { tiles: 6, size: 64, seed: 9 });
  await train('stranger', at('foreign'), '--epochs', '1');
  const page = await compare('unet', 'stranger');
  expect(page.data).toMatchObject({
    shared: { ids: [] },
    pairs: [{ tiles: 0, difference: null, pValue: null }],
    pictures: null,
  });
  expect(wordsOf(page)).toContain('No tile was validated by all runs');
  expect(wordsOf(page)).not.toMatch(/NaN|undefined|Infinity/);
  expect(figureNames(page)).not.toContain('iou-by-tile');
});

test('a run without weights is named, and the others are compared', async () => {
  await newRun(data, at('early'));
  const three = await compare('unet', 'early', 'fcn');
  const { runs, pairs } = three.data as Comparison;
  expect(runs.map(({ evaluation }) => evaluation === null)).toEqual([false, true, false]);
  expect(pairs).toHaveLength(1);
  expect(wordsOf(three)).toContain('early was stopped before its first validation');
  const two = await compare('unet', 'early');
  expect(wordsOf(two)).toContain('there is nothing to compare yet');
  expect(wordsOf(two)).not.toMatch(/NaN|undefined|Infinity/);
});

describe('the command', () => {
  const line = (output: string, ...names: string[]) =>
    commandLine(['compare', ...names.map(at), '-o', at(output), '--threads', '1', '--json']);

  test('writes the page and prints its numbers', async () => {
    const { code, output, messages } = await line('both', 'unet', 'fcn');
    expect(code, messages).toBe(0);
    const written = await readFile(join(at('both'), 'data.json'), 'utf8');
    expect(JSON.parse(output)).toEqual(JSON.parse(written));
  });

  test.skipIf(!hasChromium)(
    `its page draws every figure in a browser (skipped without ${CHROMIUM})`,
    async () => {
      const seen = await look(at('both'));
      expect(Object.keys(seen.marks).sort()).toEqual([
        'architecture-1',
        'architecture-2',
        'calibration',
        'iou-by-group',
        'iou-by-tile',
        'iou-by-training-tiles',
        'iou-density',
        'iou-density-by-group',
        'precision-recall',
        'validation-iou',
        'validation-loss',
      ]);
      for (const [name, marks] of Object.entries(seen.marks))
        expect(marks, name).toBeGreaterThan(0);
      expect(seen).toMatchObject({ said: [], asked: [], isTooWide: [] });
      expect(seen.pictures).toBeGreaterThan(0);
    },
  );

  test('refuses what makes no comparison, and writes nothing', async () => {
    const one = await line('refused', 'unet');
    expect(one).toMatchObject({ code: 2 });
    expect(one.messages).toContain('expected two or more');
    const twice = await line('refused', 'unet', 'unet');
    expect(twice).toMatchObject({ code: 1 });
    expect(twice.messages).toContain('is given twice');
    expect(await readdir(temporary.path)).not.toContain('refused');
  });
});
