import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOnnx } from '@vascula/autograd';
import { methodDefaults, type Recipe } from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settings } from '../../dist/report/index.js';
import { openRun, readCheckpoint, runFiles, trainedModel } from '../../dist/run/index.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { goOn, newRun, resultOf, tinyDataset, tinyFlags } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
});
afterAll(() => temporary.remove());

const at = (name: string) => join(temporary.path, name);
const everything: Partial<Recipe> = {
  epochs: 3,
  loss: 'dice-bce',
  optimiser: 'adamw',
  weightDecay: 0.05,
  schedule: 'cosine',
  warmUp: 3,
  ema: 0.9,
  deepSupervision: true,
};

describe.each([
  ['everything at once', everything],
  [
    'focal, poly, a square at a time',
    { epochs: 3, loss: 'focal', schedule: 'poly', microBatch: 1 },
  ],
  ['Tversky, constant', { epochs: 3, loss: 'tversky', schedule: 'constant', ema: 0.99 }],
] as [string, Partial<Recipe>][])('%s', (name, recipe) => {
  test('interrupted in the middle of an epoch and gone on with, it equals the run that was not', async () => {
    const [whole, parts] = [at(`${name} whole`), at(`${name} parts`)];
    await newRun(data, whole, recipe);
    await goOn(whole);
    await newRun(data, parts, recipe);
    const controller = new AbortController();
    const stepped = ({ epoch, done }: { epoch: number; done: number }) => {
      if (epoch === 2 && done === 8) controller.abort();
    };
    expect((await goOn(parts, { hooks: { stepped, signal: controller.signal } })).finished).toBe(
      false,
    );
    expect((await goOn(parts)).finished).toBe(true);
    expect(await resultOf(parts)).toEqual(await resultOf(whole));
  });
});

test('with a warm-up, 2 + 1 epochs equal 3 where the epochs are not fixed', async () => {
  const recipe: Partial<Recipe> = { warmUp: 7, optimiser: 'adamw', ema: 0.9 };
  await newRun(data, at('three'), { ...recipe, epochs: 3 });
  await goOn(at('three'));
  await newRun(data, at('two'), { ...recipe, epochs: 2 });
  await goOn(at('two'));
  await goOn(at('two'), { epochs: 3 });
  expect(await resultOf(at('two'))).toEqual(await resultOf(at('three')));
});

test('the averages are the best weights; the last checkpoint has both; the model has no auxiliary heads', async () => {
  const folder = at('averages');
  const { code, messages } = await commandLine([
    ...['train', data, '-o', folder, '--epochs', '2', ...tinyFlags, '--loss', 'dice-bce'],
    ...['--optimiser', 'adamw', '--schedule', 'cosine', '--warm-up', '2', '--ema', '0.9'],
    '--deep-supervision',
  ]);
  expect([code, messages]).toEqual([0, expect.any(String)]);
  const run = await openRun(folder);
  const { last, best, model } = runFiles(folder);
  const [lastTensors, bestTensors] = [
    (await readCheckpoint(last)).tensors,
    (await readCheckpoint(best)).tensors,
  ];
  for (const name of ['average/weights', 'average/statistics', 'head.weight', 'coarser1.weight'])
    expect([...lastTensors.keys()]).toContain(name);
  expect((await readCheckpoint(best)).progress.epochs).toBe(2);
  expect(bestTensors.get('head.weight')).not.toEqual(lastTensors.get('head.weight'));
  expect(bestTensors.get('average/weights')).toEqual(lastTensors.get('average/weights'));
  const weight = Array.from(bestTensors.get('head.weight')?.data as Float32Array);
  const average = Array.from(lastTensors.get('average/weights')?.data as Float32Array);
  expect(average.join()).toContain(weight.join());
  const { model: trained } = await trainedModel(run);
  expect(trained.graph.initialisers.get('head.weight')).toEqual(bestTensors.get('head.weight'));
  const { graph } = readOnnx(await readFile(model));
  expect(graph.outputs.map(({ name }) => name)).toEqual(['probability']);
  expect([...graph.initialisers.keys()].filter((name) => /coarser/.test(name))).toEqual([]);
  expect(settings(run.config)).toEqual(
    expect.arrayContaining([
      { label: 'loss', value: 'Dice and cross-entropy' },
      { label: 'optimiser', value: 'AdamW, weight decay 0.01 of the kernels' },
      {
        label: 'learning rate',
        value: '0.01, falling to 0 by a cosine, rising over the first 2 steps',
      },
      { label: 'moving average of the weights', value: 'decay 0.9; validated and kept' },
      { label: 'deep supervision', value: 'at each level of the decoder' },
    ]),
  );
  expect(
    await commandLine(['train', '--resume', folder, '--epochs', '3', '--threads', '1']),
  ).toMatchObject({
    code: 1,
    messages: expect.stringContaining(
      '--epochs: 3, where the run was started for 2; expected 2, since its learning rate (schedule cosine) falls to 0 at their end',
    ),
  });
});

test('a run of before there was a choice opens with what it did', async () => {
  const folder = at('old');
  const { config } = await newRun(data, folder);
  const { config: file } = runFiles(folder);
  const stored = JSON.parse(await readFile(file, 'utf8'));
  expect(stored.recipe).toMatchObject(methodDefaults);
  for (const name of Object.keys(methodDefaults)) delete stored.recipe[name];
  await writeFile(file, JSON.stringify(stored));
  expect((await openRun(folder)).config).toEqual(config);
});

describe('refused', () => {
  test.each([
    [['--focal-gamma', '1'], '--focal-gamma does nothing without --loss focal'],
    [
      ['--loss', 'focal', '--tversky-beta', '1'],
      '--tversky-beta does nothing without --loss tversky',
    ],
    [
      ['--loss', 'focal', '--negative-weight', '1'],
      '--negative-weight does nothing without --loss balanced',
    ],
    [['--weight-decay', '0.1'], '--weight-decay does nothing without --optimiser adamw'],
    [
      ['--schedule', 'poly', '--learning-rate-decay', '0.9'],
      '--learning-rate-decay does nothing without --schedule exponential',
    ],
    [['--loss', 'lovasz'], 'Allowed choices are balanced, dice-bce, focal, tversky'],
    [['--ema', '1'], 'a number from 0 to 0.99999'],
    [['--warm-up', '-1'], 'a whole number, 0 or more'],
  ])('%j: usage', async (flags, says) => {
    const { code, output, messages } = await commandLine([
      'train',
      data,
      '-o',
      at('new'),
      ...flags,
    ]);
    expect([code, output]).toEqual([2, '']);
    expect(messages).toContain(says);
  });

  test.each([
    [
      ['--model', 'fcn', '--deep-supervision'],
      '--deep-supervision: a network fcn of depth 3; expected a U-Net',
    ],
    [['--depth', '2', '--deep-supervision'], 'expected a depth of at least 3'],
    [['--warm-up', '1000'], '--warm-up: 1000 steps of the'],
  ])('%j: before a folder is made', async (flags, says) => {
    const { code, output, messages } = await commandLine([
      ...['train', data, '-o', at('new'), ...tinyFlags, ...flags],
    ]);
    expect([code, output]).toEqual([1, '']);
    expect(messages).toContain(says);
  });

  test('a flag of a new run with --resume', async () => {
    const { code, messages } = await commandLine(['train', '--resume', at('old'), '--ema', '0.9']);
    expect(code).toBe(2);
    expect(messages).toContain('--ema describes a new run');
  });
});
