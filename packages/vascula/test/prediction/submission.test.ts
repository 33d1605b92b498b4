import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  decodeRle,
  detectInstances,
  notebookRule,
  parseSubmission,
  threshold,
} from '@vascula/core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withPredictor } from '../../dist/commands/with-predictor.js';
import { readImage, submissionImages } from '../../dist/prediction/index.js';
import { pixels, temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { RecordingTerminal } from '../support/terminal.js';
import { middleCutoff, tinyDataset, tinyFlags } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
let run: string;
const at = (...names: string[]) => join(temporary.path, ...names);
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  run = at('run');
  await commandLine(['train', data, '-o', run, '--epochs', '2', ...tinyFlags]);
});
afterAll(() => temporary.remove());

const submit = (folder: string, path: string, ...flags: string[]) =>
  commandLine(['submit', run, folder, '-o', path, '--threads', '1', ...flags]);

const picture = (path: string, width: number, height: number) =>
  sharp(pixels(1, width, height), { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);

test('a dataset folder: the tiles of test/, read back they are the components and their confidence', async () => {
  const images = await submissionImages(data);
  expect(images.map(({ path }) => basename(join(path, '..')))).toEqual(['test', 'test', 'test']);
  const cutoff = await middleCutoff(
    run,
    images.map(({ path }) => path),
  );
  const path = at('submission.csv');
  const { code, output } = await submit(data, path, '--cutoff', `${cutoff}`, '--json');
  expect(code).toBe(0);
  const { rows, faults } = parseSubmission(await readFile(path, 'utf8'));
  expect(faults).toEqual([]);
  const detections = rows.reduce((sum, row) => sum + row.detections.length, 0);
  expect(JSON.parse(output)).toEqual({
    path,
    tiles: 3,
    detections,
    prediction: {
      runs: [{ folder: run, epoch: expect.any(Number) }],
      tta: 'none',
      window: null,
      overlap: null,
      images: { whole: 3, exact: 0, blended: 0 },
    },
    rules: [
      {
        origin: 'notebook',
        replaced: { '--cutoff': cutoff },
        rule: { ...notebookRule, low: cutoff, high: cutoff },
        bySlide: [],
      },
    ],
    maximumIou: null,
    glomeruli: null,
  });
  expect(detections).toBeGreaterThan(3);
  expect(rows.map(({ id }) => id)).toEqual(images.map(({ name }) => name));
  expect(rows.map(({ id }) => id)).toEqual(rows.map(({ id }) => id).sort());

  await withPredictor(new RecordingTerminal(), run, { threads: 1 }, async (predict) => {
    for (const [k, { width, height, detections }] of rows.entries()) {
      const probability = await predict(await readImage(images[k].path));
      const all = new Uint8Array(width * height);
      const expected = detectInstances(probability, width, height, { cutoff, connectivity: 8 });
      expect(detections).toHaveLength(expected.length);
      for (const [n, { confidence, counts }] of detections.entries()) {
        const mask = decodeRle(counts, width, height);
        const [area, sum] = mask.reduce(
          ([area, sum], m, p) => (m ? [area + 1, sum + probability[p]] : [area, sum]),
          [0, 0],
        );
        expect(area).toBe(expected[n].area);
        expect(confidence).toBeCloseTo(sum / area, 9);
        mask.forEach((m, p) => {
          all[p] += m;
        });
      }
      // Together, each pixel once, the components are what is above the cutoff.
      expect(all).toEqual(threshold(probability, cutoff));
    }
  });
});

test('a folder of images, rows by id; nothing above the cutoff: an empty prediction string', async () => {
  const folder = at('images');
  await mkdir(folder);
  await picture(join(folder, 'a-1.png'), 9, 5);
  await picture(join(folder, 'a.png'), 6, 7);
  await picture(join(folder, 'b, "c".png'), 4, 4);
  const path = at('none.csv');
  const { code, output } = await submit(folder, path, '--cutoff', '1');
  const rule = "the notebook's but for --cutoff: cutoff 1";
  expect([code, output]).toEqual([0, `${path}: 0 vessels in 3 tiles, ${rule}\n`]);
  expect(await readFile(path, 'utf8')).toBe(
    'id,height,width,prediction_string\na,7,6,\na-1,5,9,\n"b, ""c""",4,4,\n',
  );
});

test('refused before any image is predicted: an existing output, and one without a folder', async () => {
  const path = at('existing.csv');
  await writeFile(path, 'mine');
  for (const [output, says] of [
    [path, `${path}: exists already`],
    [at('nowhere', 'x.csv'), `${at('nowhere')}: is missing. Make the folder first`],
  ]) {
    const { code, output: out, messages } = await submit(data, output);
    expect([code, out]).toEqual([1, '']);
    expect(messages).toContain(`error: ${says}`);
    expect(messages).not.toContain('Predicting');
  }
  expect(await readFile(path, 'utf8')).toBe('mine');
});

test('Ctrl-C: 130, no file', async () => {
  const terminal = new RecordingTerminal();
  const { Interrupted } = await import('../../dist/commands/outcome.js');
  terminal.controller.abort(new Interrupted());
  const path = at('interrupted.csv');
  const { code, output } = await commandLine(['submit', run, data, '-o', path], terminal);
  expect([code, output]).toEqual([130, '']);
  await expect(readFile(path)).rejects.toThrow('ENOENT');
});
