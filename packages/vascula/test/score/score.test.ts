import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeRle, packRle } from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pixels, temporaryFolder, tiff, writeGoodFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';

const fixtures = fileURLToPath(new URL('../fixtures/score', import.meta.url));
const HEADER = 'id,height,width,prediction_string';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...names: string[]) => join(temporary.path, ...names);
beforeAll(async () => {
  temporary = await temporaryFolder();
  await mkdir(at('good'));
  await writeGoodFolder(at('good'));
});
afterAll(() => temporary.remove());

const score = (submission: string, folder: string, ...flags: string[]) =>
  commandLine(['score', submission, folder, ...flags]);

interface Metric {
  value: number | null;
  byTile: { low: number; high: number } | null;
  bySlide: { low: number; high: number } | null;
}

describe('against OpenCV and NumPy', () => {
  const names = [
    'averagePrecision',
    'cocoAveragePrecision',
    'precision',
    'recall',
    'f1',
    'panopticQuality',
    'meanIou',
    'meanDice',
    'pooledIou',
  ];
  let expected: Record<string, never> & { size: number; missing: string[] };
  const scored = async (...flags: string[]) => {
    const { code, output } = await score(
      join(fixtures, 'submission.csv'),
      at('oracle'),
      '--json',
      ...flags,
    );
    expect(code).toBe(0);
    return JSON.parse(output);
  };
  const agree = (
    row: { metrics: Record<string, Metric>; truths: number },
    numbers: Record<string, number>,
    of = names,
  ) => {
    for (const name of of)
      expect(row.metrics[name]?.value, name).toBeCloseTo(numbers[name] as number, 12);
  };

  beforeAll(async () => {
    expected = JSON.parse(await readFile(join(fixtures, 'expected.json'), 'utf8'));
    const { size } = expected;
    const tile = await tiff(pixels(1, size, size), { width: size, height: size });
    await mkdir(at('oracle', 'train'), { recursive: true });
    for (const name of ['tile_meta.csv', 'polygons.jsonl'])
      await cp(join(fixtures, name), at('oracle', name));
    const meta = await readFile(join(fixtures, 'tile_meta.csv'), 'utf8');
    for (const line of meta.trim().split('\n').slice(1))
      await writeFile(at('oracle', 'train', `${line.split(',')[0]}.tif`), tile);
  });

  test('every metric, over all tiles and by (dataset, source)', async () => {
    const report = await scored();
    expect(report.missing).toEqual(expected.missing);
    expect(report.emptyMasks).toBe(1);
    const { overall, groups } = report.score;
    agree(overall, expected.overall);
    const of = expected.groups as { dataset: number; source: number; truths: number }[];
    expect(groups.map(({ dataset, source }: never) => [dataset, source])).toEqual(
      of.map(({ dataset, source }) => [dataset, source]),
    );
    of.forEach((group, k) => {
      agree(groups[k], group as never);
      expect(groups[k]).toMatchObject({ truths: group.truths });
    });
    const { pooledIou, pooledDice, panopticQuality, segmentationQuality, recognitionQuality } =
      Object.fromEntries(
        Object.entries<Metric>(overall.metrics).map(([name, { value }]) => [name, value ?? 0]),
      );
    expect(pooledDice).toBeCloseTo((2 * pooledIou) / (1 + pooledIou), 12);
    expect(segmentationQuality * recognitionQuality).toBeCloseTo(panopticQuality, 12);
    const { byTile, bySlide, value } = overall.metrics.averagePrecision as Metric;
    for (const interval of [byTile, bySlide]) {
      expect(interval?.low).toBeLessThan(value as number);
      expect(interval?.high).toBeGreaterThan(value as number);
    }
    // A group is of one slide.
    expect(groups[0].metrics.averagePrecision.bySlide).toBeNull();
  });

  test('by size of the vessels', async () => {
    const { sizes } = (await scored()).score;
    (expected.sizes as number[]).forEach((value, k) => {
      expect(sizes[k].averagePrecision.value).toBeCloseTo(value, 12);
    });
    expect(sizes.reduce((sum: number, { truths }: never) => sum + truths, 0)).toBe(
      (expected.overall as { truths: number }).truths,
    );
  });

  test('what the competition left open', async () => {
    for (const [flags, value] of Object.entries<number>(expected.options)) {
      const { overall } = (await scored(...flags.split(' '))).score;
      expect(overall.metrics.averagePrecision.value, flags).toBeCloseTo(value, 12);
    }
  });

  test('--confidence counts the confident ones, and leaves average precision', async () => {
    const { overall } = (await scored('--confidence', '0.5')).score;
    agree(overall, expected.overall, ['averagePrecision', 'cocoAveragePrecision']);
    agree(
      overall,
      expected.confident,
      names.filter((name) => !name.endsWith('AveragePrecision') && name !== 'averagePrecision'),
    );
  });

  test('the order of the rows makes no difference', async () => {
    const [header, ...rows] = (await readFile(join(fixtures, 'submission.csv'), 'utf8'))
      .trim()
      .split('\n');
    const reversed = at('reversed.csv');
    await writeFile(reversed, `\uFEFF${[header, ...rows.reverse()].join('\r\n')}\r\n`);
    const { output } = await score(reversed, at('oracle'), '--json');
    expect(JSON.parse(output).score).toEqual((await scored()).score);
  });

  test('--tiles submitted leaves out labelled tiles without a row', async () => {
    const all = await score(join(fixtures, 'submission.csv'), at('oracle'));
    expect(all.messages).toContain(
      `Note: 1 labelled tile without a row (${expected.missing[0]}): scored as tiles where nothing was found.`,
    );
    expect(all.messages).toContain('Note: 1 mask without a pixel: false positives.');
    expect(all.messages).toContain('Intervals by slide rest on 3 slides only and are too short');
    expect(all.output).toContain('14 tiles of 3 slides, 34 vessels, 69 detections');
    const some = await score(
      join(fixtures, 'submission.csv'),
      at('oracle'),
      '--tiles',
      'submitted',
    );
    expect(some.output).toContain('13 tiles of 3 slides');
    expect(some.messages).toContain('left out.');
  });
});

/** A mask of the test tiles (32 x 32): a rectangle, as a submission has it. */
function rectangle(x: number, y: number, width: number, height: number): string {
  const box = { x, y, width, height };
  return packRle(encodeRle(new Uint8Array(width * height).fill(1), 32, 32, box));
}
/** The outline of tile aa is [2, 3] to [10, 12]: 9 x 10 pixels. */
const whole = rectangle(2, 3, 9, 10);
const half = rectangle(2, 3, 9, 5);

async function written(name: string, ...rows: string[]): Promise<string> {
  await writeFile(at(name), `${[HEADER, ...rows].join('\n')}\n`);
  return at(name);
}

describe('by hand', () => {
  test('a wrong one ranked first, then the right one, then a second of the same', async () => {
    const path = await written('hand.csv', `aa,32,32,0 0.9 ${half} 0 0.8 ${whole} 0 0.1 ${whole}`);
    const { output, code, messages } = await score(path, at('good'), '--json');
    expect(code).toBe(0);
    const { score: summary, missing, tiles } = JSON.parse(output);
    // Tile bb has no vessel, and no row.
    expect(missing).toEqual(['bb']);
    expect(messages).toContain('There is no interval by slide');
    const values = Object.fromEntries(
      Object.entries<Metric>(summary.overall.metrics).map(([name, { value }]) => [name, value]),
    );
    expect(values).toMatchObject({
      averagePrecision: 1 / 2,
      precision: 1 / 3,
      recall: 1,
      f1: 1 / 2,
      panopticQuality: 1 / 2,
      segmentationQuality: 1,
      recognitionQuality: 1 / 2,
      meanIou: 1,
      pooledIou: 1,
    });
    expect(tiles).toEqual([
      { id: 'aa', dataset: 1, source: 1, truths: 1, detections: 3, iou: 1, dice: 1 },
      { id: 'bb', dataset: 1, source: 1, truths: 0, detections: 0, iou: 1, dice: 1 },
    ]);
    // At 0.5 the half (IoU 1/2) takes the vessel.
    const at5 = await score(path, at('good'), '--json', '--iou', '0.5');
    expect(JSON.parse(at5.output).score.overall.metrics.averagePrecision.value).toBe(1);
  });

  test('without a vessel in any tile scores are undefined: a dash, never NaN', async () => {
    const path = await written('nothing.csv', 'bb,32,32,');
    const { output, code } = await score(path, at('good'), '--tiles', 'submitted');
    expect(code).toBe(0);
    expect(output).toMatch(/^ +AP +– +– +–$/m);
    expect(output).not.toMatch(/NaN|null|undefined/);
  });

  test('--empty-tiles left-out with empty tiles only', async () => {
    const path = await written('nothing.csv', 'bb,32,32,');
    const flags = ['--tiles', 'submitted', '--empty-tiles', 'left-out'];
    const { output, code, messages } = await score(path, at('good'), ...flags);
    expect(code).toBe(0);
    expect(messages).toContain('1 tile without a vessel left out');
    expect(output).toContain('0 tiles of 0 slides, 0 vessels, 0 detections');
    expect(output).not.toMatch(/NaN|null|undefined/);
  });
});

describe('rows at fault', () => {
  const bad = () =>
    written(
      'bad.csv',
      `aa,32,32,0 0.9 ${whole}`,
      'bb,32,32,0 0.9 !!!',
      `bb,16,32,0 0.9 ${whole}`,
      `cc,32,32,0 0.9 ${whole}`,
      `zz,32,32,0 0.9 ${whole}`,
      `aa,32,32,0 0.9 ${whole}`,
      'bb,32',
      'bb,32,32,0 nan x',
    );

  test('each is printed with its line and reason, nothing is scored, 1', async () => {
    const path = await bad();
    const { code, output, messages } = await score(path, at('good'));
    expect([code, output]).toEqual([1, '']);
    const found = messages.split('\n').filter((line) => line.startsWith('fault: '));
    expect(found.map((line) => line.replace(`fault: ${path}:`, ''))).toEqual([
      expect.stringMatching(/^3: prediction_string: prediction 1: .*base64/),
      `4: height, width: bb is 16 x 32; expected 32 x 32, as the tiles of ${at('good')}`,
      `5: id: cc has no labels in ${at('good')}; expected a labelled tile. Name further label files with --polygons.`,
      `6: id: "zz" is no tile of ${at('good')}; expected a labelled tile`,
      '7: id: "aa" is already on line 2; expected one row a tile',
      '8: 2 fields; expected 4',
      expect.stringMatching(/^9: prediction_string: prediction 1 has confidence "nan"/),
    ]);
    expect(messages).toContain('7 rows cannot be scored, 1 can. Nothing was scored');
    const json = await score(path, at('good'), '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.output)).toMatchObject({ rows: 1, score: null });
    expect(JSON.parse(json.output).faults).toHaveLength(7);
  });

  test('--lenient scores the rest and says how many were left out', async () => {
    const { code, output, messages } = await score(await bad(), at('good'), '--lenient', '--json');
    expect(code).toBe(0);
    expect(messages).toContain('Note: 7 rows left out that cannot be scored.');
    expect(messages).toContain('Note: 1 labelled tile without a row that can be scored (bb): ');
    const report = JSON.parse(output);
    expect(report.faults).toHaveLength(7);
    expect(report.missing).toEqual(['bb']);
    expect(report.score.overall.metrics.averagePrecision.value).toBe(1);
  });

  test('no row that can be scored, no header, no file: a message, 1', async () => {
    const none = await score(await written('none.csv', 'zz,32,32,'), at('good'), '--lenient');
    expect([none.code, none.output]).toEqual([1, '']);
    expect(none.messages).toContain(
      'has no row that can be scored; expected rows of the 2 labelled',
    );
    expect(none.messages).toContain('The first at fault: ');
    await writeFile(at('headless.csv'), 'aa,32,32,\n');
    const headless = await score(at('headless.csv'), at('good'));
    expect(headless.messages).toContain('headless.csv:1: id: column is missing');
    await writeFile(at('empty.csv'), '');
    expect((await score(at('empty.csv'), at('good'))).messages).toContain('empty.csv:1: no header');
    expect((await score(at('absent.csv'), at('good'))).messages).toContain('is missing');
    await writeFile(at('latin.csv'), Buffer.from([...Buffer.from(`${HEADER}\na`), 0xe9, 0x2c]));
    const latin = await score(at('latin.csv'), at('good'));
    expect(latin.messages).toContain('latin.csv:2: is not UTF-8 text');
  });

  test('flags that make no sense: 2', async () => {
    for (const flags of [
      ['--iou', '0'],
      ['--iou', '1.1'],
      ['--confidence', 'x'],
      ['--unsure', 'no'],
    ])
      expect((await score(at('hand.csv'), at('good'), ...flags)).code).toBe(2);
  });
});
