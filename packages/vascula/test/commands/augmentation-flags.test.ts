import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { augmentationPresets, evenSampling } from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRun, runFiles } from '../../dist/run/index.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { historyOf, tinyDataset, tinyFlags } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
const at = (name: string) => join(temporary.path, name);
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
});
afterAll(() => temporary.remove());

function train(name: string, ...flags: string[]) {
  return commandLine(['train', data, '-o', at(name), '--epochs', '1', ...tinyFlags, ...flags]);
}

/** Losses of a run's epochs. */
async function losses(name: string): Promise<number[]> {
  const history = (await historyOf(at(name))) as { trainLoss: number }[];
  return history.map(({ trainLoss }) => trainLoss);
}

test('every probability and range is in config.json, and trained with', async () => {
  const { code, messages } = await train(
    'changed',
    ...[
      '--augmentation',
      'strong',
      '--augment',
      'zoom=1,flip-up-down=0,scale=0.2:0.9..1.1,stain=0',
    ],
    ...['--foreground-share', '0.33', '--balance', 'source'],
  );
  expect(code, messages).toBe(0);
  const { strong } = augmentationPresets;
  const { recipe } = (await openRun(at('changed'))).config;
  expect(recipe.augmentation).toEqual({
    ...strong,
    zoom: 1,
    flipUpDown: 0,
    scale: { probability: 0.2, least: 0.9, most: 1.1 },
    stain: { ...strong.stain, probability: 0 },
  });
  expect(recipe.sampling).toEqual({ foregroundShare: 0.33, balance: 'source' });
  const file = JSON.parse(await readFile(runFiles(at('changed')).config, 'utf8'));
  expect(file.recipe).toEqual(recipe);

  expect((await train('plain')).code).toBe(0);
  expect(await losses('plain')).not.toEqual(await losses('changed'));
});

test('a run of before augmentation was recorded goes on as it began, bit for bit', async () => {
  expect((await train('old')).code).toBe(0);
  const { config: path } = runFiles(at('old'));
  const config = JSON.parse(await readFile(path, 'utf8'));
  expect(config.recipe.augmentation).toEqual(augmentationPresets.notebook);
  expect(config.recipe.sampling).toEqual(evenSampling);
  delete config.recipe.augmentation;
  delete config.recipe.sampling;
  delete config.data.duplicates;
  await writeFile(path, JSON.stringify(config));
  const resume = ['train', '--resume', at('old'), '--epochs', '2', '--threads', '1'];
  expect((await commandLine(resume)).code).toBe(0);
  expect((await train('whole', '--epochs', '2')).code).toBe(0);
  expect(await losses('old')).toEqual(await losses('whole'));
  expect(await losses('old')).toHaveLength(2);
});

test('a run with every part goes on after a stop as if there was none', async () => {
  const flags = ['--augmentation', 'strong', '--foreground-share', '0.5', '--balance', 'source'];
  expect((await train('first', ...flags)).code).toBe(0);
  const resume = ['train', '--resume', at('first'), '--epochs', '2', '--threads', '1'];
  expect((await commandLine(resume)).code).toBe(0);
  expect((await train('both', ...flags, '--epochs', '2')).code).toBe(0);
  expect(await losses('first')).toEqual(await losses('both'));
});

describe('usage: 2, the flag named', () => {
  test.each([
    [['--augmentation', 'weak'], 'Allowed choices are none, notebook, strong'],
    [['--augment', 'blur=1'], '"blur=1": expected PART=P or PART=P:LEAST..MOST'],
    [['--augment', 'scale'], '"scale": expected PART=P'],
    [['--augment', 'scale=2'], 'a number from 0 to 1'],
    [['--augment', 'scale=1:0.9'], '"scale=1:0.9"'],
    [['--augment', 'scale=1:a..b'], 'Expected a number from'],
    [['--augment', 'zoom=1:0.5..2'], 'zoom happens or not: it has no range'],
    [['--augment', 'scale=1,scale=0'], 'each part once'],
    [['--foreground-share', '1.1'], 'a number from 0 to 1'],
    [['--balance', 'slide'], 'Allowed choices are none, source'],
    [['--duplicates', 'merge'], 'Allowed choices are keep, drop'],
  ])('%j', async (flags, says) => {
    const { code, output, messages } = await train('refused', ...flags);
    expect([code, output]).toEqual([2, '']);
    expect(messages).toContain(says);
  });

  test('a resumed run takes them from its folder', async () => {
    const { code, messages } = await commandLine([
      'train',
      '--resume',
      at('plain'),
      '--augment',
      'zoom=1',
    ]);
    expect(code).toBe(2);
    expect(messages).toContain('--augment describes a new run');
  });
});

describe('what makes no sense is refused: 1, with the field', () => {
  test.each([
    ['scale=1:0..2', '--augment: scale.least: 0; expected a number from 0.1 to 10'],
    ['rotate=1:90..-90', '--augment: rotate.least: 90; expected a number up to most, which is -90'],
    [
      'elastic=1:2..30',
      '--augment: elastic.most: 30; expected a third of the spacing of 48 pixels',
    ],
  ])('--augment %s', async (changes, says) => {
    const { code, messages } = await train('senseless', '--augment', changes);
    expect(code).toBe(1);
    expect(messages).toContain(says);
  });

  test.each([
    [
      ['augmentation', 'scale', 'least'],
      0,
      'recipe.augmentation.scale.least: found 0; expected a number from 0.1 to 10',
    ],
    [['augmentation', 'zoom'], 2, 'recipe.augmentation.zoom: found 2; expected a number at most 1'],
    [['augmentation', 'blur'], 1, 'recipe.augmentation.blur: is not known'],
    [
      ['augmentation', 'elastic', 'spacing'],
      4,
      'recipe.augmentation.elastic.spacing: found 4; expected a number at least 8',
    ],
    [['sampling', 'foregroundShare'], -1, 'recipe.sampling.foregroundShare: found -1'],
    [
      ['sampling', 'balance'],
      'slide',
      'recipe.sampling.balance: found "slide"; expected none or source',
    ],
  ])('config.json with %j = %j', async (path, value, says) => {
    const { config: file } = runFiles(at('plain'));
    const good = await readFile(file, 'utf8');
    const config = JSON.parse(good);
    const parent = path.slice(0, -1).reduce((object, key) => object[key], config.recipe);
    parent[path.at(-1) as string] = value;
    await writeFile(file, JSON.stringify(config));
    try {
      const { code, messages } = await commandLine(['train', '--resume', at('plain')]);
      expect(code).toBe(1);
      expect(messages).toContain(says);
    } finally {
      await writeFile(file, good);
    }
  });
});
