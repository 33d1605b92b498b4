import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Figure, InputError } from '@vascula/core';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Block, type Page, writePage } from '../../dist/pages/index.js';
import { temporaryFolder } from '../support/folder.js';
import { fixturePage, HOSTILE } from './fixture-page.js';

let root: Awaited<ReturnType<typeof temporaryFolder>>;
let page: Page;
let out: string;
const reports: [number, number][] = [];

beforeAll(async () => {
  root = await temporaryFolder();
  page = await fixturePage();
  out = join(root.path, 'out');
  await writePage(out, page, { progress: (...report) => reports.push(report) });
});
afterAll(() => root.remove());

const read = (path: string) => readFile(join(out, path), 'utf8');

describe('what is written', () => {
  test('every figure as Vega-Lite, SVG and PNG', async () => {
    const files = await readdir(join(out, 'figures'));
    const names = [...new Set(files.map((file) => file.split('.')[0]))];
    expect(names.toSorted()).toEqual(figuresOf(page).toSorted());
    for (const name of names) {
      const svg = await read(`figures/${name}.svg`);
      const spec = JSON.parse(await read(`figures/${name}.json`));
      expect(svg).toMatch(/^<svg .*<\/svg>$/s);
      expect(svg).not.toContain('NaN');
      expect(spec).toMatchObject({ $schema: expect.stringContaining('vega-lite'), title: {} });
      const { width = 0 } = await sharp(join(out, `figures/${name}.png`)).metadata();
      expect(width).toBe(Math.floor(2 * Number(/width="([\d.]+)"/.exec(svg)?.[1])));
    }
  });

  test('text in the PNG, from fonts beside the page and not of the system', async () => {
    // The title is at the upper left; a font that is missing leaves the place blank.
    const title = { left: 0, top: 0, width: 300, height: 56 };
    const { channels } = await sharp(join(out, 'figures/tiles.png'))
      .flatten()
      .greyscale()
      .extract(title)
      .stats();
    expect(channels[0].min).toBeLessThan(64);
    expect(channels[0].max).toBe(255);
  });

  test('every table as CSV with all digits, no value as nothing', async () => {
    expect(parse(await read('tables/groups.csv'))).toEqual([
      ['group', 'tiles', 'share'],
      ['dataset 1, slide 1', '8', '12.34'],
      ['dataset 1, slide 2', '10', ''],
      ['dataset 2, slide 3', '6', '4.5'],
    ]);
  });

  test('the numbers as JSON, the pictures as they came', async () => {
    expect(JSON.parse(await read('data.json'))).toEqual(page.data);
    const picture = page.hoverPictures?.[3];
    const written = await readFile(join(out, `pictures/${picture?.name}.jpg`));
    expect(Buffer.compare(written, picture?.jpeg as Uint8Array)).toBe(0);
    // 24 tiles, of which the gallery shows some, and one of a hostile name.
    expect(await readdir(join(out, 'pictures'))).toHaveLength(25);
  });

  test('progress of each step, to the end', () => {
    const total = figuresOf(page).length + 2 + 25;
    expect(reports).toEqual(Array.from({ length: total }, (_, step) => [step + 1, total]));
  });

  test('no address of the network but names of formats', async () => {
    const markup = await read('index.html');
    const [outside] = markup.split('<script type="application/json"');
    expect(outside).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(await read('assets/page.css')).not.toMatch(/https?:|@import/);
  });

  test('markup in a text is shown, not obeyed', async () => {
    const markup = await read('index.html');
    expect(markup).not.toContain('<img src=x');
    expect(markup).not.toMatch(/\son[a-z]+="/);
    const scripts = markup.match(/<script\b[^>]*>/g);
    expect(scripts).toHaveLength(7);
    expect(markup.match(/<\/script>/g)).toHaveLength(7);
    const svg = await read('figures/hostile.svg');
    expect(svg).not.toMatch(/<(?:img|script)/);
    expect(await read('tables/hostile.csv')).toContain(HOSTILE.replaceAll('"', '""'));
  });

  test('the same page gives the same bytes', async () => {
    const again = join(root.path, 'again');
    await writePage(again, await fixturePage());
    for (const file of await readdir(out, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const path = join(file.parentPath, file.name);
      const other = await readFile(path.replace(out, again));
      expect(other.equals(await readFile(path)), path).toBe(true);
    }
  });
});

describe('what is refused', () => {
  test('a folder that is not empty, which is left as it was', async () => {
    const folder = join(root.path, 'taken');
    await writePage(folder, minimal([]));
    await writeFile(join(folder, 'mine.txt'), 'mine');
    await expect(writePage(folder, minimal([]))).rejects.toThrow(InputError);
    expect(await readFile(join(folder, 'mine.txt'), 'utf8')).toBe('mine');
    expect(existsSync(join(folder, 'index.html'))).toBe(true);
  });

  const twice: Block = {
    kind: 'table',
    name: 'same',
    title: '',
    caption: '',
    table: { columns: [], rows: [] },
  };
  const one = { width: 1, height: 1, label: '', alt: '' };
  const png = new Uint8Array(1);
  const pictures = (...names: string[]): Block => ({
    kind: 'pictures',
    name: 'p',
    title: '',
    caption: '',
    pictures: names.map((name) => ({ ...one, name, png: png.slice() })),
  });
  test.each<[string, Block[], RegExp]>([
    ['one name for two tables', [twice, twice], /table name same is given twice/],
    ['a name that is a path', [{ ...twice, name: '../x' }], /"\.\.\/x" is not kebab-case/],
    ['pictures of one name', [pictures('a', 'a')], /share the file pictures\/a\.png/],
    ['pictures told apart by case', [pictures('a', 'A')], /share the file pictures\/A\.png/],
    ['a picture without a name', [pictures('')], /the name is empty/],
  ])('%s, before anything is written', async (_, blocks, message) => {
    const folder = join(root.path, 'refused');
    await expect(writePage(folder, minimal(blocks))).rejects.toThrow(message);
    expect(existsSync(folder)).toBe(false);
  });

  test('a figure that cannot be drawn, or asks for something outside, by its name; nothing is left', async () => {
    const folder = join(root.path, 'undrawn');
    const specs: Figure['spec'][] = [
      { mark: 'no such mark', data: { values: [] } },
      { mark: 'point', data: { url: 'file:///etc/hostname' } },
      { mark: { type: 'image', url: 'https://example.org/a.png' }, data: { values: [{}] } },
    ];
    for (const spec of specs) {
      const figure = { name: 'bad', title: '', caption: '', spec };
      await expect(writePage(folder, minimal([{ kind: 'figure', figure }]))).rejects.toThrow(
        /figure bad cannot be drawn/,
      );
      expect(await readdir(folder)).toEqual([]);
    }
  });

  test('interrupted between two files, nothing is left', async () => {
    const folder = join(root.path, 'stopped');
    const stop = new AbortController();
    const progress = (done: number) => done === 30 && stop.abort(new Error('stopped'));
    const writing = writePage(folder, page, { progress, signal: stop.signal });
    await expect(writing).rejects.toThrow('stopped');
    expect(await readdir(folder)).toEqual([]);
  });
});

test('a long table is cut in the page and whole in its file', async () => {
  const folder = join(root.path, 'long');
  const rows = Array.from({ length: 7033 }, (_, n) => ({ n, share: n % 2 ? null : n / 7 }));
  const table = {
    columns: [
      { name: 'n', label: 'tile', kind: 'integer' as const },
      { name: 'share', label: 'share', unit: '%', kind: 'number' as const },
    ],
    rows,
  };
  await writePage(
    folder,
    minimal([{ kind: 'table', name: 'long', title: 'Long', caption: '', table }]),
  );
  const markup = await readFile(join(folder, 'index.html'), 'utf8');
  expect(markup).toContain('The first 500 of 7033 rows.');
  expect(markup.match(/<tr>/g)).toHaveLength(501);
  expect(parse(await readFile(join(folder, 'tables/long.csv')))).toHaveLength(7034);
});

function minimal(blocks: Block[]): Page {
  return {
    title: 'Page',
    subtitle: '',
    sections: [{ id: 'only', title: 'Only', blocks }],
    data: {},
  };
}

function figuresOf({ sections }: Page): string[] {
  return sections.flatMap((section) =>
    section.blocks.flatMap((block) => (block.kind === 'figure' ? [block.figure.name] : [])),
  );
}
