import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@vascula/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDataset } from '../../dist/dataset/index.js';
import { openRun, rewriteConfig, runFiles, trainedModel } from '../../dist/run/index.js';
import { tileSource } from '../../dist/training/index.js';
import { temporaryFolder } from '../support/folder.js';
import { goOn, historyOf, newRun, tinyDataset } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
});
afterAll(() => temporary.remove());

test('tiles without any vessel: the loss is finite, each scores by what was predicted', async () => {
  const empty = join(temporary.path, 'empty');
  const data = await tinyDataset(empty);
  const labels = join(data, 'polygons.jsonl');
  const lines = (await readFile(labels, 'utf8')).trim().split('\n');
  const none = lines.map((line) => JSON.stringify({ ...JSON.parse(line), annotations: [] }));
  await writeFile(labels, `${none.join('\n')}\n`);
  const folder = join(empty, 'run');
  const { split } = await newRun(data, folder, { epochs: 2, cutoff: 1 });
  await goOn(folder);
  const history = await historyOf(folder);
  expect(history).toHaveLength(2);
  for (const record of history) {
    expect(record.trainLoss).toBeGreaterThan(0);
    expect(Number.isFinite(record.validationLoss)).toBe(true);
    // Nothing is above 1: an image empty in truth and prediction counts 1.
    expect([record.validationIou, record.validationPooledIou]).toEqual([1, 1]);
  }
  const dataset = await openDataset(data);
  const { mask } = await tileSource(dataset).load(split.train[0]);
  expect(mask.every((pixel) => pixel === 0)).toBe(true);
});

test('training that diverges says so and leaves the last good checkpoints as they were', async () => {
  const folder = join(temporary.path, 'diverging');
  await newRun(data, folder, { epochs: 1 });
  await goOn(folder);
  const files = runFiles(folder);
  const saved = () => Promise.all([files.last, files.best, files.history].map((f) => readFile(f)));
  const before = await saved();

  const run = await openRun(folder);
  const recipe = { ...run.config.recipe, epochs: 3, learningRate: 1e30 };
  await rewriteConfig({ ...run, config: { ...run.config, recipe } });
  const failure = await goOn(folder).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(InputError);
  expect(String(failure)).toMatch(/training diverged: .* is (NaN|Infinity)/);
  expect(String(failure)).toMatch(
    /; (all parameters are finite, the first layer whose output is not is|the first parameter that is not finite is) \w+\.\w+/,
  );
  expect(String(failure)).toContain(`The last good state is ${files.last}, after epoch 1.`);
  expect(String(failure)).toContain(`The best weights so far are ${files.best} and can be used.`);
  expect(String(failure)).toContain('--learning-rate');
  expect(await saved()).toEqual(before);
  expect((await trainedModel(await openRun(folder))).epoch).toBe(1);
});

test('weights that are no numbers are never saved, whatever the loss before them was', async () => {
  const folder = join(temporary.path, 'infinite');
  // In float32 the rate is infinite: the first step's loss is still a number, the weights are not.
  await newRun(data, folder, { learningRate: 1e39 });
  const controller = new AbortController();
  const hooks = { signal: controller.signal, stepped: () => controller.abort() };
  await expect(goOn(folder, { hooks })).rejects.toThrow(
    /training diverged: after step 1 of epoch 1, \S+ holds a value that is no finite number\. To mend it, train anew/,
  );
  expect(await readdir(join(folder, 'checkpoints'))).toEqual([]);
});
