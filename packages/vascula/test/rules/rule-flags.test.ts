import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type Detection,
  decodeRle,
  findInstances,
  formatGeoJson,
  type InstanceRule,
  insideShare,
  instancesOfOutlines,
  notebookRule,
  parseGeoJson,
  parseSubmission,
  suppressDuplicates,
  unionMask,
} from '@vascula/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withPredictor } from '../../dist/commands/with-predictor.js';
import { imageFiles, readImage } from '../../dist/prediction/index.js';
import { openRun, runFiles, writePostprocessing } from '../../dist/run/index.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { RecordingTerminal } from '../support/terminal.js';
import { middleCutoff, tinyDataset, tinyFlags } from '../support/tiny-run.js';

const SIDE = 64;

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
let run: string;
/** Labelled tiles and their probability. */
let tiles: { name: string; path: string; probability: Float32Array }[];
/** Cutoffs with pixels below, between and above. */
let low: number;
let high: number;
const at = (...names: string[]) => join(temporary.path, ...names);
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  run = at('run');
  await commandLine(['train', data, '-o', run, '--epochs', '2', ...tinyFlags]);
  const files = await imageFiles([join(data, 'train')]);
  tiles = await withPredictor(new RecordingTerminal(), run, { threads: 1 }, async (predict) => {
    const predicted = [];
    for (const { name, path } of files)
      predicted.push({ name, path, probability: await predict(await readImage(path)) });
    return predicted;
  });
  low = await middleCutoff(
    run,
    files.map(({ path }) => path),
  );
  const above = tiles.flatMap(({ probability }) => [...probability.filter((p) => p > low)]);
  high = above.sort((a, b) => a - b)[Math.floor(above.length / 2)] as number;
}, 60_000);
afterAll(() => temporary.remove());

let count = 0;
/** The vessels of every labelled tile that `predict` writes as GeoJSON, and what it says. */
async function predicted(...flags: string[]) {
  const output = at(`predicted-${count++}`);
  const {
    code,
    output: text,
    messages,
  } = await commandLine([
    ...['predict', run, join(data, 'train'), '-o', output, '--threads', '1', '--json'],
    ...['--format', 'geojson,png', ...flags],
  ]);
  expect([code, messages.includes('error')]).toEqual([0, false]);
  const report = JSON.parse(text);
  const vessels = await Promise.all(
    report.images.map(async ({ geojson }: { geojson: string }) =>
      parseGeoJson(await readFile(geojson, 'utf8')).map(({ measurements }) => [
        measurements.get('Area px'),
        measurements.get('Confidence'),
      ]),
    ),
  );
  return { report, vessels, messages };
}

const measured = (detections: readonly Detection[]) =>
  detections.map(({ area, confidence }) => [area, confidence]);

const found = (rule: InstanceRule, glomeruli?: Uint8Array) =>
  tiles.map(({ probability }) =>
    findInstances(probability, SIDE, SIDE, rule, { ...(glomeruli && { glomeruli }) }),
  );

describe('each step by its flag', () => {
  const cases: [name: string, flags: () => string[], rule: () => Partial<InstanceRule>][] = [
    ['two cutoffs', () => ['--low', `${low}`], () => ({ low })],
    ['weaker ones', () => ['--weak', `${low}`], () => ({ weak: low })],
    ['holes', () => ['--max-hole', '20'], () => ({ maximumHoleArea: 20 })],
    ['splitting', () => ['--split', '0.5'], () => ({ splitProminence: 0.5 })],
    ['least area', () => ['--min-area', '6'], () => ({ minimumArea: 6 })],
    ['dilation', () => ['--dilate', '1.5'], () => ({ dilation: 1.5 })],
    ['size', () => ['--size-scale', '30'], () => ({ sizeScale: 30 })],
  ];
  test.each(cases)('%s', async (_name, flags, values) => {
    const plain = { ...notebookRule, low: high, high };
    const rule = { ...plain, ...values() };
    const { report, vessels } = await predicted('--cutoff', `${high}`, ...flags());
    expect(report.rules).toMatchObject([{ origin: 'notebook', rule }]);
    expect(vessels).toEqual(found(rule).map(measured));
    // A step that changes nothing here would show nothing.
    expect(vessels).not.toEqual(found(plain).map(measured));
  });
});

test('the mask is all pixels of the vessels, and so is the share', async () => {
  const { report } = await predicted('--cutoff', `${high}`, '--dilate', '2');
  const expected = found({ ...notebookRule, low: high, high, dilation: 2 });
  for (const [k, { mask, vesselShare }] of report.images.entries()) {
    const union = unionMask(expected[k] ?? [], SIDE, SIDE);
    const png = await sharp(mask).extractChannel(0).raw().toBuffer();
    expect(Uint8Array.from(png, (value) => value / 255)).toEqual(union);
    expect(vesselShare).toBe(union.reduce((sum, pixel) => sum + pixel, 0) / union.length);
  }
});

describe('glomeruli', () => {
  /** The upper half of every tile. */
  const half = [
    [0, 0],
    [SIDE - 1, 0],
    [SIDE - 1, SIDE / 2 - 1],
    [0, SIDE / 2 - 1],
  ];
  const mask = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => Number(at < (SIDE * SIDE) / 2));
  const rule = (share: number) => ({
    ...notebookRule,
    low: high,
    high,
    maximumGlomerulusShare: share,
  });
  const annotation = (type: string) => ({ type, coordinates: [half] });

  test('outlined for each tile', async () => {
    const path = at('glomeruli.jsonl');
    const [first, ...rest] = tiles.map(({ name }) => name);
    const lines = [
      { id: first, annotations: [annotation('blood_vessel')] },
      ...rest.slice(1).map((id) => ({ id, annotations: [annotation('glomerulus')] })),
    ];
    await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const flags = ['--cutoff', `${high}`, '--glomeruli', path];
    const { report, vessels } = await predicted(...flags);
    expect(report.glomeruli).toBe(path);
    const none = new Uint8Array(SIDE * SIDE);
    const expected = tiles.map(({ probability }, k) =>
      // The first has another annotation there, and the second no line.
      findInstances(probability, SIDE, SIDE, rule(0.5), { glomeruli: k < 2 ? none : mask }),
    );
    expect(vessels).toEqual(expected.map(measured));
    const all = found(rule(1)).flat();
    expect(expected.flat().length).toBeLessThan(all.length);
    expect(expected.flat().length).toBeGreaterThan(0);
  });

  test('outlined in the slide, and in one image', async () => {
    const table = (await readFile(join(data, 'tile_meta.csv'), 'utf8')).trim().split('\n');
    const places = new Map(
      table.slice(1).map((row) => {
        const [id, , , i, j] = row.split(',');
        return [id, [Number(i), Number(j)] as const];
      }),
    );
    // QuPath's corners of pixels: the half of one tile, by its place in the slide.
    const [one] = tiles as [(typeof tiles)[number]];
    const [instance] = instancesOfOutlines([half as [number, number][]], SIDE, SIDE);
    const outline = (offset: readonly [number, number], name: string) =>
      formatGeoJson([{ ...(instance as NonNullable<typeof instance>), confidence: 1 }], {
        classification: { name, color: [0, 0, 0] },
        offset,
      });
    const place = places.get(one.name) as [number, number];
    const path = at('slide.geojson');
    await writeFile(path, outline(place, 'Glomerulus'));
    const flags = ['--cutoff', `${high}`, '--glomeruli', path, '--max-inside', '0'];
    const { vessels } = await predicted(
      ...flags,
      '--slide-coordinates',
      join(data, 'tile_meta.csv'),
    );
    const isThere = ({ name }: { name: string }) =>
      `${places.get(name)}` === `${places.get(one.name)}`;
    expect(vessels.map((v) => (v as unknown[]).length)).toEqual(
      tiles.map(
        (tile) =>
          findInstances(tile.probability, SIDE, SIDE, rule(1)).filter(
            (vessel) => !isThere(tile) || insideShare(vessel, mask, SIDE) === 0,
          ).length,
      ),
    );

    await writeFile(path, outline([0, 0], 'glomerulus'));
    const folder = at('one-image');
    await mkdir(folder);
    await copyFile(one.path, join(folder, basename(one.path)));
    const submission = at('glomeruli.csv');
    const { code } = await commandLine([
      ...['submit', run, folder, '-o', submission, '--threads', '1', ...flags],
    ]);
    expect(code).toBe(0);
    const { rows } = parseSubmission(await readFile(submission, 'utf8'));
    const expected = findInstances(one.probability, SIDE, SIDE, rule(0), { glomeruli: mask });
    expect(rows[0]?.detections).toHaveLength(expected.length);
  });

  test.each([
    ['absent.jsonl', undefined, 'absent.jsonl: is missing'],
    [
      'odd.txt',
      '',
      'odd.txt: is not named as a file of outlines; expected a file ending in .jsonl',
    ],
    ['other.jsonl', '{"id":"zz","annotations":[]}\n', 'other.jsonl: id: has no line for '],
    ['broken.jsonl', '{"id":"zz"\n', 'broken.jsonl:1: column 11: the JSON line is cut short'],
    [
      'many.geojson',
      '{"type":"FeatureCollection","features":[]}',
      'the outlines of one image, for 8',
    ],
  ])('%s is refused before anything is predicted', async (name, content, says) => {
    if (content !== undefined) await writeFile(at(name), content);
    const { code, output, messages } = await commandLine([
      ...['predict', run, join(data, 'train'), '-o', at('refused'), '--glomeruli', at(name)],
    ]);
    expect([code, output]).toEqual([1, '']);
    expect(messages).toContain(says);
    expect(messages).not.toMatch(/Predicting|unexpected/);
  });

  test.each([
    ['{"type":"FeatureCollection","features":[]}', 'holds no glomerulus'],
    ['{"type":"Feature"}', 'one.geojson: type: found "Feature"; expected FeatureCollection'],
  ])('GeoJSON of one image that is %s', async (content, says) => {
    await writeFile(at('one.geojson'), content);
    const [{ path }] = tiles as [(typeof tiles)[number]];
    const { code, messages } = await commandLine([
      ...['predict', run, path, '-o', at('refused'), '--glomeruli', at('one.geojson')],
    ]);
    expect(code).toBe(1);
    expect(messages).toContain(says);
  });
});

test('several rules: what any of them finds, once', async () => {
  const strict = { ...notebookRule, low: high, high };
  const loose = { ...notebookRule, low, high: low, dilation: 1 };
  const path = at('loose.json');
  await writeFile(path, JSON.stringify(loose));
  const text = at('strict.json');
  await writeFile(text, JSON.stringify(strict));
  const { report, vessels } = await predicted('--rule', `${text},${path}`, '--max-iou', '0.3');
  expect(report).toMatchObject({ rules: [{ rule: strict }, { rule: loose }], maximumIou: 0.3 });
  const [a, b] = [found(strict), found(loose)];
  const expected = tiles.map((_, k) => suppressDuplicates([...(a[k] ?? []), ...(b[k] ?? [])], 0.3));
  expect(vessels).toEqual(expected.map(measured));
  const both = a.flat().length + b.flat().length;
  expect(expected.flat().length).toBeLessThan(both);
  expect(expected.flat().length).toBeGreaterThan(Math.max(a.flat().length, b.flat().length) / 2);
});

describe('a rule stored with the run', () => {
  const byAp = () => ({ ...notebookRule, low: high, high, weak: low });
  const byIou = () => ({ ...notebookRule, low, high, dilation: 1 });
  const own = () => ({ ...byIou(), dilation: 3 });
  let slide: { dataset: number; source: number };
  beforeAll(async () => {
    const rest = {
      kept: 'all' as const,
      calibration: [[high, 0.25] as const],
      chosenOn: { notebook: 0, score: 0 },
      outOfFold: null,
    };
    const { split } = await openRun(run);
    const [, row] = (await readFile(join(data, 'tile_meta.csv'), 'utf8')).split('\n');
    const [, source, dataset] = (row as string).split(',').map(Number) as [0, number, number];
    slide = { dataset, source };
    await writePostprocessing(run, {
      format: 'vascula postprocessing 1',
      version: 'test',
      epoch: 7,
      seed: 0,
      tta: 'none',
      tiles: split.validation,
      choices: [
        {
          ...rest,
          by: 'iou',
          rule: byIou(),
          bySlide: [{ ...slide, tiles: 2, gain: 0.1, interval: null, ...rest, rule: own() }].map(
            ({ kept: _, chosenOn: __, outOfFold: ___, ...kept }) => kept,
          ),
        },
        { ...rest, by: 'ap', rule: byAp(), bySlide: [] },
      ],
    });
  });

  test('is what predict uses, the one by IoU, said with where it is from and what it is not for', async () => {
    const { report, vessels, messages } = await predicted();
    expect(vessels).toEqual(found(byIou()).map(measured));
    expect(report.rules).toMatchObject([
      { origin: 'calibrated', path: runFiles(run).postprocessing, chosen: { by: 'iou', tiles: 2 } },
    ]);
    expect(messages).toContain(`Rule chosen by IoU on 2 validation tiles: cutoffs ${low} and`);
    expect(messages).toContain('which slide an image is of is known with --tile-meta only');
    expect(messages).toMatch(
      /Note: the rule was chosen for the weights of epoch 7, and these are of epoch [12]/,
    );
  });

  test('--tile-meta: tiles of a slide by its own rule', async () => {
    const table = join(data, 'tile_meta.csv');
    const { vessels, messages } = await predicted('--tile-meta', table);
    const rows = (await readFile(table, 'utf8')).trim().split('\n').slice(1);
    const slides = new Map(rows.map((row) => [row.split(',')[0], row.split(',').slice(1, 3)]));
    const isOwn = ({ name }: { name: string }) =>
      `${slides.get(name)}` === `${slide.source},${slide.dataset}`;
    const [all, ours] = [found(byIou()), found(own())];
    expect(vessels).toEqual(tiles.map((tile, k) => measured((isOwn(tile) ? ours : all)[k] ?? [])));
    expect(new Set(tiles.map(isOwn)).size).toBe(2);
    expect(messages).not.toContain('--tile-meta only');
  });

  test('is replaced by --rule notebook, and --cutoff changes its cutoffs only', async () => {
    expect((await predicted('--rule', 'notebook', '--cutoff', `${high}`)).vessels).toEqual(
      found({ ...notebookRule, low: high, high }).map(measured),
    );
    const { vessels, messages } = await predicted('--cutoff', `${high}`);
    expect(vessels).toEqual(found({ ...byIou(), low: high, high }).map(measured));
    expect(messages).toContain('validation tiles but for --cutoff: cutoff');
  });

  test('submit takes the one by AP; --calibrated makes shares of its confidences', async () => {
    const rows = async (name: string, ...flags: string[]) => {
      const path = at(name);
      const { code, output } = await commandLine([
        ...['submit', run, join(data, 'train'), '-o', path, '--threads', '1', ...flags],
      ]);
      expect(code).toBe(0);
      expect(output).toContain(' vessels in 8 tiles, chosen by AP on 2 validation tiles: cutoff ');
      return parseSubmission(await readFile(path, 'utf8')).rows.map(({ detections }) =>
        detections.map(({ confidence, counts }) => [
          decodeRle(counts, SIDE, SIDE).reduce((sum, pixel) => sum + pixel, 0),
          confidence,
        ]),
      );
    };
    const expected = found(byAp());
    expect(await rows('ap.csv')).toEqual(
      expected.map((vessels) =>
        measured(vessels).map(([area, confidence]) => [area, expect.closeTo(confidence ?? 0, 9)]),
      ),
    );
    const calibrated = await rows('calibrated.csv', '--calibrated');
    expect(calibrated).toEqual(expected.map((all) => all.map(({ area }) => [area, 0.25])));
  });

  test('damaged is refused before anything is predicted, but not asked for by --rule notebook', async () => {
    await writeFile(runFiles(run).postprocessing, '{}');
    const args = ['predict', run, tiles[0]?.path ?? '', '-o', at('damaged'), '--threads', '1'];
    const { code, output, messages } = await commandLine(args);
    expect([code, output]).toEqual([1, '']);
    expect(messages).toContain('postprocessing.json: format: found nothing');
    expect((await commandLine([...args, '--rule', 'notebook'])).code).toBe(0);
  });
});

describe('usage', () => {
  test.each([
    [['--weak', 'x'], 'Expected a number from 0 to 1, or none.'],
    [['--split', '0'], 'Expected a number from 0.0625 to 1000, or none.'],
    [['--min-area', '1.5'], 'Expected a whole number, 0 or more.'],
    [['--cutoff', '80%'], 'Expected a number from 0 to 1.'],
    [['--rule', 'run,,x'], 'Expected names separated by commas'],
  ])('%j', async (flags, says) => {
    for (const command of [
      ['predict', run, data, '-o', 'x'],
      ['submit', run, data, '-o', 'x'],
    ]) {
      const { code, messages } = await commandLine([...command, ...flags]);
      expect(code).toBe(2);
      expect(messages).toContain(says);
    }
  });

  test('weak cutoffs, and necks, can be none', async () => {
    const { report } = await predicted('--rule', 'notebook', '--weak', 'none', '--split', 'none');
    expect(report.rules[0].replaced).toEqual({ '--weak': 'none', '--split': 'none' });
  });
});
