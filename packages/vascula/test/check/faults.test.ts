import { appendFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { checkDataset, describeReport } from 'vascula';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  labelLine,
  pixels,
  SIZE,
  SQUARE,
  TILE_META,
  temporaryFolder,
  tiff,
  writeGoodFolder,
} from '../support/folder.js';
import { patchTag } from '../support/tiff.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
beforeEach(async () => {
  temporary = await temporaryFolder();
  folder = temporary.path;
  await writeGoodFolder(folder);
});
afterEach(() => temporary.remove());

const put = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);
const addLabel = (line: string) => appendFile(join(folder, 'polygons.jsonl'), `${line}\n`);
const setLabel = (outline: unknown) =>
  put(
    'polygons.jsonl',
    `${labelLine(
      'aa',
      SQUARE,
      SQUARE.map(([x, y]) => [x + 9, y]),
    )}\n${labelLine('bb', outline)}\n`,
  );
const without = (name: string) => rm(join(folder, name), { recursive: true });
const ring = 'bb.annotations[0].coordinates[0]'.slice(3);

/** What is spoiled, how, and the one fault it makes: file, line, field, words of the message. */
interface Case {
  readonly name: string;
  readonly spoil: () => Promise<unknown>;
  readonly file: string;
  readonly line?: number;
  readonly field?: string;
  readonly says: string;
  /** Faults that follow from the same cause. */
  readonly more?: number;
}

const cases: Case[] = [
  // Folders and files
  {
    name: 'no tile_meta.csv',
    spoil: () => without('tile_meta.csv'),
    file: 'tile_meta.csv',
    says: 'is missing',
  },
  {
    name: 'no polygons.jsonl',
    spoil: () => without('polygons.jsonl'),
    file: 'polygons.jsonl',
    says: 'is missing',
  },
  { name: 'no train', spoil: () => without('train'), file: 'train', says: 'is missing' },
  {
    name: 'empty train',
    spoil: () => without('train').then(() => mkdir(join(folder, 'train'))),
    file: 'train',
    says: 'holds no tile',
  },
  {
    name: 'a file where train is expected',
    spoil: () => without('train').then(() => put('train', '')),
    file: 'train',
    says: 'is a file; expected a folder',
  },
  {
    name: 'a folder where a table is expected',
    spoil: () => without('tile_meta.csv').then(() => mkdir(join(folder, 'tile_meta.csv'))),
    file: 'tile_meta.csv',
    says: 'is a folder; expected a file',
  },
  {
    name: 'a folder where labels are expected',
    spoil: () => without('polygons.jsonl').then(() => mkdir(join(folder, 'polygons.jsonl'))),
    file: 'polygons.jsonl',
    says: 'is a folder; expected a file',
  },
  {
    name: 'a link that leads to itself',
    spoil: () =>
      without('tile_meta.csv').then(() => symlink('tile_meta.csv', join(folder, 'tile_meta.csv'))),
    file: 'tile_meta.csv',
    says: 'leads to itself',
  },
  {
    name: 'empty table',
    spoil: () => put('tile_meta.csv', ''),
    file: 'tile_meta.csv',
    says: 'is empty',
  },
  {
    name: 'table without rows',
    spoil: () => put('tile_meta.csv', 'id,source_wsi,dataset,i,j\n'),
    file: 'tile_meta.csv',
    says: 'has a header and no rows',
  },
  {
    name: 'empty labels',
    spoil: () => put('polygons.jsonl', '\n\n'),
    file: 'polygons.jsonl',
    says: 'is empty',
  },
  {
    name: 'a labelled tile without its file',
    spoil: () => without('train/aa.tif'),
    file: 'polygons.jsonl',
    line: 1,
    field: 'id',
    says: 'aa is labelled, and',
  },
  {
    name: 'a labelled tile without a row',
    spoil: async () => {
      await put('train/ee.tif', await tiff(pixels(9)));
      await addLabel(labelLine('ee', SQUARE));
    },
    file: 'polygons.jsonl',
    line: 3,
    field: 'id',
    says: 'ee is labelled, and has no row',
    more: 1,
  },
  {
    name: 'a file without a row',
    spoil: async () => put('train/ee.tif', await tiff(pixels(9))),
    file: 'train/ee.tif',
    says: 'has no row in',
  },
  // Tables
  {
    name: 'a missing column',
    spoil: () => put('tile_meta.csv', TILE_META.replace('dataset', 'set')),
    file: 'tile_meta.csv',
    line: 1,
    field: 'dataset',
    says: 'the column is missing; expected a header with id,source_wsi,dataset,i,j',
  },
  {
    name: 'a repeated column',
    spoil: () =>
      put('tile_meta.csv', TILE_META.replace(/^(.*)$/gm, '$1,1').replace('i,j,1', 'i,j,i')),
    file: 'tile_meta.csv',
    line: 1,
    field: 'i',
    says: 'the column is there twice',
  },
  {
    name: 'semicolons for commas',
    spoil: () =>
      put('wsi_meta.csv', 'source_wsi;age;sex;race;height;weight;bmi\n1;58;F;W;160;59;23\n'),
    file: 'wsi_meta.csv',
    line: 1,
    field: 'source_wsi',
    says: 'the column is missing',
    more: 6,
  },
  {
    name: 'a bad number',
    spoil: () => put('tile_meta.csv', TILE_META.replace('cc,2', 'cc,two')),
    file: 'tile_meta.csv',
    line: 4,
    field: 'source_wsi',
    says: 'found "two"; expected a whole number',
  },
  {
    name: 'an empty number',
    spoil: () => put('tile_meta.csv', TILE_META.replace('01024', '')),
    file: 'tile_meta.csv',
    line: 4,
    field: 'i',
    says: 'found ""; expected a whole number',
  },
  {
    name: 'a bad number about a person',
    spoil: () =>
      put('wsi_meta.csv', 'source_wsi,age,sex,race,height,weight,bmi\n1,old,F,W,160,59,23\n'),
    file: 'wsi_meta.csv',
    line: 2,
    field: 'age',
    says: 'found "old"; expected a number, or nothing',
  },
  {
    name: 'too few cells',
    spoil: () => put('tile_meta.csv', TILE_META.replace(',00036', '')),
    file: 'tile_meta.csv',
    line: 4,
    says: 'the row has 4 cells; expected 5 cells',
  },
  {
    name: 'too many cells',
    spoil: () => put('tile_meta.csv', TILE_META.replace('00036', '000,36')),
    file: 'tile_meta.csv',
    line: 4,
    says: 'the row has 6 cells; expected 5 cells',
  },
  {
    name: 'a quote left open',
    spoil: () => put('tile_meta.csv', TILE_META.replace('cc,', '"cc,')),
    file: 'tile_meta.csv',
    line: 4,
    says: 'the quotes of the row do not match',
    more: 1, // Its id is unknown then, so that its file is a stray.
  },
  {
    name: 'a repeated row',
    spoil: () => put('tile_meta.csv', `${TILE_META}\naa,1,1,00000,00512\n`),
    file: 'tile_meta.csv',
    line: 6,
    field: 'id',
    says: 'aa is also in line 2',
  },
  {
    name: 'a repeated slide',
    spoil: () => appendFile(join(folder, 'wsi_meta.csv'), '2,1,F,W,1,1,1\n'),
    file: 'wsi_meta.csv',
    line: 4,
    field: 'source_wsi',
    says: 'slide 2 has an earlier row',
  },
  {
    name: 'an id that leads elsewhere',
    spoil: () => put('tile_meta.csv', `${TILE_META}\n../aa,1,1,0,0\n`),
    file: 'tile_meta.csv',
    line: 6,
    field: 'id',
    says: 'found "../aa"; expected letters, digits',
  },
  {
    name: 'a table that is not UTF-8',
    spoil: () => put('tile_meta.csv', Buffer.from(`${TILE_META}\n\xff,1,1,0,0\n`, 'latin1')),
    file: 'tile_meta.csv',
    line: 6,
    says: 'is not UTF-8 text',
  },
  {
    name: 'a table in UTF-16',
    spoil: () => put('tile_meta.csv', Buffer.from(`\uFEFF${TILE_META}`, 'utf16le')),
    file: 'tile_meta.csv',
    line: 1,
    says: 'is not UTF-8 text. Save the table as UTF-8.',
  },
  {
    name: 'a spoilt sample submission',
    spoil: () => put('sample_submission.csv', 'id,height,width\ntt,32,32\n'),
    file: 'sample_submission.csv',
    line: 1,
    field: 'prediction_string',
    says: 'the column is missing',
  },
  // Labels
  {
    name: 'a JSON line cut short',
    spoil: () => addLabel(labelLine('cc', SQUARE).slice(0, -20)),
    file: 'polygons.jsonl',
    line: 3,
    field: `column ${labelLine('cc', SQUARE).length - 20 + 1}`,
    says: 'the JSON line is cut short',
  },
  {
    name: 'a JSON line cut in a name',
    spoil: () => addLabel('{"id":"cc","annot'),
    file: 'polygons.jsonl',
    line: 3,
    field: 'column 18',
    says: 'the JSON line is cut short',
  },
  {
    name: 'no JSON',
    spoil: () => addLabel('cc: none'),
    file: 'polygons.jsonl',
    line: 3,
    says: 'not JSON',
  },
  {
    name: 'an array for an object',
    spoil: () => addLabel('[]'),
    file: 'polygons.jsonl',
    line: 3,
    says: 'found []; expected an object',
  },
  {
    name: 'null',
    spoil: () => addLabel('null'),
    file: 'polygons.jsonl',
    line: 3,
    says: 'found null; expected an object',
  },
  {
    name: 'no id',
    spoil: () => addLabel('{"annotations":[]}'),
    file: 'polygons.jsonl',
    line: 3,
    field: 'id',
    says: 'found nothing; expected a string',
  },
  {
    name: 'no annotations',
    spoil: () => addLabel('{"id":"cc"}'),
    file: 'polygons.jsonl',
    line: 3,
    field: 'annotations',
    says: 'found nothing; expected an array',
  },
  {
    name: 'an unknown type',
    spoil: () => addLabel(labelLine('cc', SQUARE).replace('blood_vessel', 'vessel')),
    file: 'polygons.jsonl',
    line: 3,
    field: 'annotations[0].type',
    says: 'found "vessel"; expected blood_vessel, glomerulus or unsure',
  },
  {
    name: 'labels that are not UTF-8',
    spoil: () => appendFile(join(folder, 'polygons.jsonl'), Buffer.from([0x7b, 0xff, 0x0a])),
    file: 'polygons.jsonl',
    line: 3,
    says: 'is not UTF-8 text',
  },
  {
    name: 'an id labelled twice in a file',
    spoil: () => addLabel(labelLine('aa', SQUARE)),
    file: 'polygons.jsonl',
    line: 3,
    field: 'id',
    says: 'aa is also labelled at',
  },
  // Polygons
  {
    name: 'two points',
    spoil: () =>
      setLabel([
        [1, 1],
        [2, 2],
      ]),
    file: 'polygons.jsonl',
    line: 2,
    field: ring,
    says: 'the polygon has 2 points; expected at least 3',
  },
  {
    name: 'two points and the first again',
    spoil: () =>
      setLabel([
        [1, 1],
        [2, 2],
        [1, 1],
      ]),
    file: 'polygons.jsonl',
    line: 2,
    field: ring,
    says: 'the polygon has 2 points; expected at least 3',
  },
  {
    name: 'no point',
    spoil: () => setLabel([]),
    file: 'polygons.jsonl',
    line: 2,
    field: ring,
    says: 'has 0 points',
  },
  {
    name: 'null for a number',
    spoil: () =>
      setLabel([
        [1, 1],
        [2, null],
        [3, 4],
      ]),
    file: 'polygons.jsonl',
    line: 2,
    field: `${ring}[1]`,
    says: 'found [2,null]; expected [x, y], two numbers',
  },
  {
    name: 'text for a number',
    spoil: () =>
      setLabel([
        [1, 1],
        ['2', 2],
        [3, 4],
      ]),
    file: 'polygons.jsonl',
    line: 2,
    field: `${ring}[1]`,
    says: 'found ["2",2]; expected [x, y], two numbers',
  },
  {
    name: 'three numbers for a point',
    spoil: () =>
      setLabel([
        [1, 1],
        [2, 2],
        [3, 4, 5],
      ]),
    file: 'polygons.jsonl',
    line: 2,
    field: `${ring}[2]`,
    says: 'found [3,4,5]; expected [x, y], two numbers',
  },
  {
    name: 'a flat list of numbers',
    spoil: () => setLabel([1, 1, 2, 2, 3, 3]),
    file: 'polygons.jsonl',
    line: 2,
    field: `${ring}[0]`,
    says: 'found 1; expected [x, y]',
  },
  {
    name: 'no ring',
    spoil: () => setLabel('ring'),
    file: 'polygons.jsonl',
    line: 2,
    field: ring,
    says: 'found "ring"',
  },
  {
    name: 'NaN',
    spoil: () => addLabel(labelLine('cc', SQUARE).replace('12]', 'NaN]')),
    file: 'polygons.jsonl',
    line: 3,
    says: 'NaN is not a number of JSON',
  },
  {
    name: 'infinity',
    spoil: () => addLabel(labelLine('cc', SQUARE).replace('12]', '1e999]')),
    file: 'polygons.jsonl',
    line: 3,
    field: `${ring}[2]`,
    says: 'expected [x, y], two numbers within ±1000000',
  },
  {
    name: 'two rings',
    spoil: () =>
      addLabel(
        `{"id":"cc","annotations":[{"type":"unsure","coordinates":${JSON.stringify([SQUARE, SQUARE])}}]}`,
      ),
    file: 'polygons.jsonl',
    line: 3,
    field: 'annotations[0].coordinates',
    says: 'the polygon has 2 rings; expected exactly one. Holes are not supported',
  },
  // Images
  {
    name: 'a truncated image',
    spoil: async () => put('train/cc.tif', (await tiff(pixels(2))).subarray(0, 300)),
    file: 'train/cc.tif',
    says: 'is truncated',
  },
  {
    name: 'no TIFF',
    spoil: () => put('train/cc.tif', 'tile'),
    file: 'train/cc.tif',
    says: 'is not a TIFF image',
  },
  {
    name: 'an empty image',
    spoil: () => put('train/cc.tif', ''),
    file: 'train/cc.tif',
    says: 'is empty',
  },
  {
    name: 'a folder for an image',
    spoil: () => without('train/cc.tif').then(() => mkdir(join(folder, 'train/cc.tif'))),
    file: 'train/cc.tif',
    says: 'is a folder; expected a file',
  },
  {
    name: 'a spoilt test image',
    spoil: () => put('test/tt.tif', 'tile'),
    file: 'test/tt.tif',
    says: 'is not a TIFF image',
  },
  {
    name: 'an odd size, though it comes first',
    spoil: async () =>
      put('train/aa.tif', await tiff(pixels(2, 16, 32), { width: 16, height: 32 })),
    file: 'train/aa.tif',
    field: 'ImageWidth x ImageLength',
    says: '16 x 32 pixels; expected 32 x 32, as most tiles here have',
  },
  {
    name: 'a grey image',
    spoil: async () =>
      put(
        'train/cc.tif',
        await sharp(pixels(2, SIZE, SIZE, 1), { raw: { width: SIZE, height: SIZE, channels: 1 } })
          .toColourspace('b-w')
          .tiff({ compression: 'lzw' })
          .toBuffer(),
      ),
    file: 'train/cc.tif',
    field: 'PhotometricInterpretation',
    says: 'the image is grey; expected RGB',
  },
  {
    name: 'a header that claims a huge size',
    spoil: async () =>
      put(
        'train/cc.tif',
        patchTag(patchTag(await tiff(pixels(2)), 256, 3_000_000), 257, 3_000_000),
      ),
    file: 'train/cc.tif',
    field: 'ImageWidth x ImageLength',
    says: 'the header claims 3000000 x 3000000 pixels; expected 1 to 67108864',
  },
];

describe('each fault, told with file, line and field', () => {
  test.each(cases)('$name', async ({ spoil, file, line, field, says, more = 0 }) => {
    await spoil();
    const report = await checkDataset(folder);
    expect(report.usable).toBe(false);
    expect(report.faults).toHaveLength(1 + more);
    const text = describeReport(report);
    const place = `${join(folder, file)}${line === undefined ? '' : `:${line}`}: `;
    const fault = text.split('\n').find((one) => one.includes(says));
    expect(fault).toContain(`fault: ${place}${field === undefined ? '' : `${field}: `}`);
    expect(text).toContain('is not usable');
    expect(text).not.toMatch(/^\s+at /m);
  });

  test.each([
    ['nothing there', 'absent', 'is missing'],
    ['a file', 'tile_meta.csv', 'is a file; expected a folder'],
    ['an empty folder', 'empty', 'is an empty folder'],
  ])('%s for the dataset itself', async (_name, name, says) => {
    await mkdir(join(folder, 'empty'));
    const report = await checkDataset(join(folder, name));
    expect(report).toMatchObject({ usable: false, summary: null });
    expect(describeReport(report)).toContain(`fault: ${join(folder, name)}: ${says}`);
  });

  test('a tile in two label files', async () => {
    await put('more.jsonl', `${labelLine('cc', SQUARE)}\n${labelLine('bb', SQUARE)}\n`);
    const { faults } = await checkDataset(folder, { polygons: ['polygons.jsonl', 'more.jsonl'] });
    expect(faults).toEqual([
      {
        kind: 'duplicate-id',
        path: join(folder, 'more.jsonl'),
        line: 2,
        field: 'id',
        problem: `bb is also labelled at ${join(folder, 'polygons.jsonl')}:2`,
        expected: 'one line a tile, in one file',
      },
    ]);
  });

  test('all faults are collected, a long list cut when printed', async () => {
    const bad = Array.from({ length: 25 }, (_, row) => `bad${row},x,1,0,0`);
    await put('tile_meta.csv', [TILE_META, ...bad].join('\n'));
    await addLabel('{');
    await put('train/cc.tif', 'tile');
    const report = await checkDataset(folder);
    expect(report.faults.map(({ kind }) => kind)).toEqual([
      ...bad.map(() => 'csv-row'),
      'json-line',
      'image',
    ]);
    const text = describeReport(report);
    expect(text.match(/^fault: .*expected a whole number/gm)).toHaveLength(10);
    expect(text).toContain('fault: … and 15 more (csv-row); --json lists all');
    expect(text).toContain('27 faults to mend');
  });
});
