import { appendFile, copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkDataset, describeReport } from 'vascula';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  labelLine,
  pixels,
  SIZE,
  SQUARE,
  temporaryFolder,
  tiff,
  writeGoodFolder,
} from '../support/folder.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
beforeEach(async () => {
  temporary = await temporaryFolder();
  folder = temporary.path;
  await writeGoodFolder(folder);
});
afterEach(() => temporary.remove());

test('a good folder', async () => {
  const report = await checkDataset(folder);
  expect(report).toEqual({
    folder,
    usable: true,
    faults: [],
    warnings: [],
    tileSize: { width: SIZE, height: SIZE },
    summary: {
      tiles: 4,
      trainFiles: 3,
      testFiles: 1,
      labelled: 2,
      slides: 2,
      rowsWithoutFile: 1,
      filesWithoutRow: 0,
      groups: [
        { dataset: 1, source: 1, rows: 2, files: 2, labelled: 2, polygons: 3 },
        { dataset: 2, source: 2, rows: 1, files: 1, labelled: 0, polygons: 0 },
        { dataset: 3, source: 9, rows: 1, files: 0, labelled: 0, polygons: 0 },
      ],
      polygons: { blood_vessel: 1, glomerulus: 1, unsure: 1 },
      duplicateTiles: 0,
      duplicatePolygons: 0,
      polygonsLeavingTile: 0,
    },
  });
  const text = describeReport(report);
  expect(text).toContain('tiles             4 rows, 2 labelled');
  expect(text).toContain('rows without file 1 (a partial download is no fault)');
  expect(text).toMatch(/is usable\.\n$/);
});

test('warnings are told and counted, and leave the folder usable', async () => {
  await copyFile(join(folder, 'train/aa.tif'), join(folder, 'train/cc.tif'));
  const rgba = pixels(1, SIZE, SIZE, 4).map((value, at) => (at % 4 === 3 ? 255 : value));
  await writeFile(join(folder, 'train/bb.tif'), await tiff(rgba, { channels: 4 }));
  await writeFile(join(folder, 'train/notes.txt'), '');
  await rm(join(folder, 'wsi_meta.csv'));
  const border = [
    [-0.5, 0],
    [31.5, 0],
    [0, 31.5],
  ];
  const outside = [
    [0, 0],
    [31.6, 0],
    [0, 9],
  ];
  await appendFile(
    join(folder, 'polygons.jsonl'),
    `${labelLine('cc', SQUARE, border, outside, SQUARE)}\n`,
  );
  const report = await checkDataset(folder);
  expect(report.faults).toEqual([]);
  expect(report.usable).toBe(true);
  const polygons = join(folder, 'polygons.jsonl');
  expect(report.warnings).toEqual([
    {
      kind: 'other-file',
      path: join(folder, 'train/notes.txt'),
      problem: 'is not read',
      expected: 'ID.tif',
    },
    {
      kind: 'optional-missing',
      path: join(folder, 'wsi_meta.csv'),
      problem: 'is missing',
      hint: 'Nothing here needs it.',
    },
    {
      kind: 'duplicate-polygon',
      path: polygons,
      line: 3,
      field: 'annotations[3]',
      problem: 'the same outline as annotations[0]',
    },
    {
      kind: 'alpha-dropped',
      path: join(folder, 'train/bb.tif'),
      problem: 'an opaque alpha channel is dropped',
    },
    {
      kind: 'duplicate-tile',
      path: join(folder, 'train/cc.tif'),
      problem: `has exactly the pixels of ${join(folder, 'train/aa.tif')}`,
    },
    {
      kind: 'outside-tile',
      path: polygons,
      line: 3,
      field: 'annotations[2].coordinates',
      problem: 'x 0 to 31.6, y 0 to 9 leaves the tile of 32 x 32',
    },
  ]);
  expect(report.summary).toMatchObject({
    duplicateTiles: 1,
    duplicatePolygons: 1,
    polygonsLeavingTile: 1,
  });
  expect(describeReport(report)).toContain('exact duplicates  1 tile, 1 polygon');
});

test('columns in another order, and more of them', async () => {
  await writeFile(
    join(folder, 'tile_meta.csv'),
    '\uFEFFj,i,note,dataset,source_wsi,id\r\n1,2,"a, b",1,1,aa\r\n3,4,,1,1,bb\r\n5,6,,2,2,cc\r\n',
  );
  const { faults, summary } = await checkDataset(folder);
  expect(faults).toEqual([]);
  expect(summary?.tiles).toBe(3);
});

test('progress counts every image, and an abort ends the work', async () => {
  const seen: string[] = [];
  await checkDataset(folder, {}, { progress: (done, total) => seen.push(`${done}/${total}`) });
  expect(seen).toEqual(['1/4', '2/4', '3/4', '4/4']);
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(checkDataset(folder, {}, { signal })).rejects.toThrow('enough');
});
