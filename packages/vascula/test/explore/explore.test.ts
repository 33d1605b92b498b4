import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatCell, toCsv } from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exploreCommand } from '../../dist/commands/explore.js';
import { Interrupted } from '../../dist/commands/outcome.js';
import { runProgram } from '../../dist/commands/program.js';
import { type Exploration, explorePage } from '../../dist/explore/index.js';
import type { Page } from '../../dist/pages/index.js';
import { temporaryFolder } from '../support/folder.js';
import { CHROMIUM, figureNames, hasChromium, look, tableOf, wordsOf } from '../support/pages.js';
import { RecordingTerminal } from '../support/terminal.js';

// The dataset and what is to be found in it come from oracles/exploration.py (NumPy and OpenCV).
const fixture = fileURLToPath(new URL('../fixtures/exploration/', import.meta.url));
const dataset = join(fixture, 'dataset');

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  temporary = await temporaryFolder();
});
afterAll(() => temporary.remove());

async function explore(args: readonly string[], terminal = new RecordingTerminal()) {
  const code = await runProgram(['explore', ...args], terminal, [exploreCommand]);
  return { code, output: terminal.output, messages: terminal.messages };
}

function pageOf(folder: string, polygons = ['polygons.jsonl'], seed = 0): Promise<Page> {
  const { signal } = new AbortController();
  return explorePage(folder, { polygons, seed }, { signal });
}

/** A copy of the fixture's dataset to spoil. */
async function copyOf(name: string): Promise<string> {
  const folder = join(temporary.path, name);
  await cp(dataset, folder, { recursive: true });
  return folder;
}

/** Equal but for the last bits, in which sums of another order differ. */
function near(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isInteger(value)) return expect.closeTo(value, 12);
  if (Array.isArray(value)) return value.map(near);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, near(item)]));
}

describe('the fixture', () => {
  let folder: string;
  let found: Exploration;
  beforeAll(async () => {
    folder = join(temporary.path, 'page');
    const { code, output, messages } = await explore([dataset, '-o', folder, '--json']);
    expect(code).toBe(0);
    expect(messages).toMatch(/Measuring 10\/10 tiles 100%.*\nWriting.*100%/s);
    found = JSON.parse(output);
  });

  test('--json prints the numbers of NumPy and OpenCV', async () => {
    const expected = JSON.parse(await readFile(join(fixture, 'expected.json'), 'utf8'));
    const { tiles, groups, statistics, colours } = found;
    expect({ tiles, groups, statistics, colours }).toEqual(near(expected));
  });

  test('data.json, CSV files and cells of the page have the same numbers', async () => {
    expect(JSON.parse(await readFile(join(folder, 'data.json'), 'utf8'))).toEqual(found);
    const page = await pageOf(dataset);
    const html = await readFile(join(folder, 'index.html'), 'utf8');
    for (const [name, rows] of [
      ['tiles-by-group', found.groups],
      ['statistics-by-group', found.statistics],
      ['colour-by-slide', found.colours],
      ['split-overlap', found.splits],
      ['donors', found.donors],
      ['tiles', found.tiles],
      ['findings', found.findings],
    ] as const) {
      const { columns } = tableOf(page, name);
      const csv = await readFile(join(folder, 'tables', `${name}.csv`), 'utf8');
      expect(csv).toBe(toCsv({ columns, rows }));
      const cells = html
        .slice(html.indexOf(`id="table-${name}"`))
        .split('</tbody>')[0]
        .match(/(?<=<td[^>]*>)[^<]*/g);
      const shown = rows.flatMap((row) => columns.map((c) => formatCell(c, row[c.name as never])));
      expect(cells?.length).toBe(shown.length);
      if (name !== 'findings') expect(cells).toEqual(shown);
    }
  });

  test('splits are told by each rule', () => {
    const { splits } = found;
    expect(splits.map(({ rule, train, validation }) => [rule, train, validation])).toEqual([
      ['random', 6, 2],
      ['position', 7, 1],
      ['slide', 6, 2],
    ]);
    expect(splits[2].touching).toBe(0);
    for (const { touching, validation, touchingShare } of splits)
      expect(touchingShare).toBe((touching ?? 0) / (validation ?? 0));
  });

  test('repeated tiles and outlines are found', () => {
    expect(found.totals).toMatchObject({ duplicateTiles: 1, duplicatePolygons: 1, faults: 0 });
    const texts = found.findings.map(({ text }) => text).join('\n');
    expect(texts).toMatch(/d2\.tif: has exactly the pixels of .*d1\.tif/);
    expect(texts).toMatch(/annotations\[1\]: the same outline as annotations\[0\]/);
    expect(texts).toMatch(/leaves the tile of 48 x 40/);
  });

  test('every figure and table of the notebook, and those it should have had', async () => {
    const page = await pageOf(dataset);
    expect(figureNames(page)).toEqual([
      'count-and-size',
      'label-shares',
      'positive-ratio',
      'split-position',
      'split-random',
      'stain-by-slide',
      'stain-by-tile',
      'tile-positions',
      'tiles-by-group',
    ]);
    expect(wordsOf(page)).toContain('No tile of dataset 2, slide 2 has a vessel');
    expect(await readdir(join(folder, 'pictures'))).toEqual(
      [
        ...found.tiles.map(({ id }, at) => `tile-${at + 1}-${id}.jpg`),
        ...found.tiles.map(({ id }, at) => `sample-${at + 1}-${id}.jpg`),
      ].sort(),
    );
  });

  test('the seed draws the samples', async () => {
    const larger = await copyOf('larger');
    await writeFile(join(larger, 'polygons.jsonl'), '');
    const samples = async (seed: number) =>
      wordsOf(await pageOf(larger, [], seed)).match(/sample-[\w-]+/g);
    expect(await samples(1)).toEqual(await samples(1));
    expect(
      new Set(await Promise.all([0, 1, 2, 3].map(async (s) => `${await samples(s)}`))).size,
    ).not.toBe(1);
  });

  test.skipIf(!hasChromium)(`in a browser (skipped without ${CHROMIUM})`, async () => {
    const seen = await look(folder);
    expect(Object.keys(seen.marks).sort()).toEqual(figureNames(await pageOf(dataset)));
    expect(Math.min(...Object.values(seen.marks))).toBeGreaterThan(0);
    expect(seen.pictures).toBe(found.tiles.length);
    expect(seen).toMatchObject({ said: [], asked: [], isTooWide: [] });
    expect(seen.text).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });
});

describe('what is not there is said in words', () => {
  /** The page of a dataset with little in it, drawn and looked at. */
  async function told(name: string, folder: string, polygons = 'polygons.jsonl') {
    const output = join(temporary.path, `page of ${name}`);
    const { code, messages } = await explore([folder, '-o', output, '--polygons', polygons]);
    expect({ code, messages }).toMatchObject({ code: 0 });
    const html = await readFile(join(output, 'index.html'), 'utf8');
    const figures = await readdir(join(output, 'figures'));
    for (const file of figures.filter((figure) => figure.endsWith('.svg')))
      expect(await readFile(join(output, 'figures', file), 'utf8')).not.toMatch(/NaN|undefined/);
    const data = await readFile(join(output, 'data.json'), 'utf8');
    for (const text of [html, data])
      expect(text).not.toMatch(/\bNaN\b|\bInfinity\b|>undefined|>null/);
    return { html, numbers: JSON.parse(data) as Exploration, figures };
  }

  test('an empty folder', async () => {
    const folder = join(temporary.path, 'empty');
    await mkdir(folder);
    const { html, numbers, figures } = await told('nothing', folder);
    expect(figures).toEqual([]);
    expect(numbers).toMatchObject({ usable: false, tileSize: null, tiles: [], statistics: [] });
    expect(html).toContain('There is no tile in this dataset.');
    expect(html).toContain('is an empty folder');
  });

  test('a table of tiles with a header only', async () => {
    const folder = await copyOf('header');
    await writeFile(join(folder, 'tile_meta.csv'), 'id,source_wsi,dataset,i,j\n');
    const { html } = await told('a header', folder);
    expect(html).toContain('has a header and no rows');
  });

  test('one tile', async () => {
    const folder = await copyOf('one');
    await writeFile(join(folder, 'tile_meta.csv'), 'id,source_wsi,dataset,i,j\na1,1,1,0,0\n');
    const line = (await readFile(join(folder, 'polygons.jsonl'), 'utf8')).split('\n')[0];
    await writeFile(join(folder, 'polygons.jsonl'), `${line}\n`);
    for (const name of await readdir(join(folder, 'train')))
      if (name !== 'a1.tif') await rm(join(folder, 'train', name));
    const { html, numbers, figures } = await told('one tile', folder);
    expect(numbers.statistics).toHaveLength(1);
    expect(numbers.splits.map(({ touching, problem }) => [touching, problem !== null])).toEqual(
      Array(3).fill([null, true]),
    );
    expect(html).toContain('leave none for training');
    expect(figures).toContain('positive-ratio.svg');
  });

  test('tiles without labels', async () => {
    const folder = await copyOf('unlabelled');
    await writeFile(join(folder, 'none.jsonl'), '\n');
    const { html, numbers, figures } = await told('no labels', folder, 'none.jsonl');
    expect(html).toContain('No tile has labels');
    expect(numbers.totals.labelled).toBe(0);
    expect(numbers.tiles).toHaveLength(10);
    expect(figures).toContain('stain-by-tile.svg');
    expect(figures).not.toContain('positive-ratio.svg');
  });

  test('labelled tiles, none of which has a vessel', async () => {
    const folder = await copyOf('bare');
    const ids = ['a1', 'a2', 'b1'];
    const lines = ids.map((id) => `${JSON.stringify({ id, annotations: [] })}\n`);
    await writeFile(join(folder, 'polygons.jsonl'), lines.join(''));
    const { html, figures, numbers } = await told('no vessel', folder);
    expect(html).toContain('No tile has a vessel');
    expect(figures).not.toContain('count-and-size.svg');
    expect(numbers.statistics.at(-1)).toMatchObject({ meanVessels: 0, meanVesselSize: null });
  });

  test('a damaged image is a fault in the page, and the others are measured', async () => {
    const folder = await copyOf('damaged');
    await writeFile(join(folder, 'train', 'a1.tif'), 'no image');
    const { html, numbers } = await told('damage', folder);
    expect(numbers).toMatchObject({ usable: false, totals: { faults: 1 } });
    expect(numbers.tiles.map(({ id }) => id)).not.toContain('a1');
    expect(html).toMatch(/This dataset has 1 fault:/);
    expect(html).toMatch(/a1\.tif/);
  });

  test('an id that would be markup is no id', async () => {
    const folder = await copyOf('hostile');
    const rows = await readFile(join(folder, 'tile_meta.csv'), 'utf8');
    await writeFile(join(folder, 'tile_meta.csv'), `${rows}<img src=x onerror=alert(1)>,1,1,0,0\n`);
    const { html, numbers } = await told('markup', folder);
    expect(numbers.totals.faults).toBe(1);
    expect(html).not.toContain('<img src=x');
    expect(html).toContain('&lt;img src=x');
  });
});

const real =
  process.env.VASCULA_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));

test.skipIf(!existsSync(real))('the real tiles (skipped without VASCULA_DATA)', async () => {
  const page = await pageOf(join(real, 'hubmap'), ['polygons.jsonl', 'polygons_approx.jsonl']);
  const { totals, groups, statistics, tiles } = page.data as Exploration;
  expect(totals).toMatchObject({ rows: 7033, files: 90, labelled: 20, faults: 0 });
  // The competition's own counts, which the notebook draws.
  expect(groups.slice(0, 6).map(({ rows }) => rows)).toEqual([270, 152, 237, 293, 410, 271]);
  expect(statistics.at(-1)).toMatchObject({ dataset: 'all', tiles: 20 });
  expect(tiles).toHaveLength(90);
  expect(figureNames(page)).toHaveLength(9);
});

describe('the command', () => {
  test('refuses a folder that is not there, and one that is not empty', async () => {
    const missing = await explore([
      join(temporary.path, 'nowhere'),
      '-o',
      join(temporary.path, 'p'),
    ]);
    expect(missing).toMatchObject({ code: 1, output: '' });
    expect(missing.messages).toMatch(/nowhere.*is missing/);
    const taken = await explore([dataset, '-o', dataset]);
    expect(taken).toMatchObject({ code: 1, output: '' });
    expect(taken.messages).toMatch(/is not empty/);
    expect((await explore([dataset])).code).toBe(2);
  });

  test.each(['Measuring', 'Writing'])(
    'stops while %s, and leaves its folder empty',
    async (stage) => {
      const terminal = new RecordingTerminal(true, 120);
      const err = terminal.err.bind(terminal);
      terminal.err = (text) => {
        err(text);
        if (text.includes(stage)) terminal.controller.abort(new Interrupted());
      };
      const folder = join(temporary.path, `stopped ${stage}`);
      expect((await explore([dataset, '-o', folder], terminal)).code).toBe(130);
      expect(await readdir(folder)).toEqual([]);
    },
  );
});
