import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe } from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFiles } from '../../dist/run/index.js';
import type { TrainHooks } from '../../dist/training/index.js';
import { temporaryFolder } from '../support/folder.js';
import { goOn, historyOf, newRun, resultOf, tinyDataset } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
let whole: Awaited<ReturnType<typeof resultOf>>;
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  whole = await trained('whole', 4);
});
afterAll(() => temporary.remove());

const at = (name: string) => join(temporary.path, name);

async function trained(name: string, epochs: number, threads = 1, recipe: Partial<Recipe> = {}) {
  await newRun(data, at(name), recipe);
  await goOn(at(name), { epochs, threads });
  return resultOf(at(name));
}

/** Hooks that press Ctrl-C where `press` says so. */
function interrupted(press: (now: () => void) => Partial<TrainHooks>): Partial<TrainHooks> {
  const controller = new AbortController();
  return { ...press(() => controller.abort()), signal: controller.signal };
}

test('it learns: the loss falls, and there is a best epoch to keep', () => {
  const [first, , , last] = whole.history;
  expect(last.validationLoss).toBeLessThan(first.validationLoss as number);
  expect(whole.last.place).toEqual({ epochs: 4, step: 0, lossSum: 0 });
  expect(whole.last.history).toEqual(whole.history);
  const best = whole.history.findLastIndex((record) => record.best === true);
  expect(whole.best.place.epochs).toBe(best + 1);
});

test('the same seed gives the same run, another seed another', async () => {
  expect(await trained('again', 4)).toEqual(whole);
  const other = await trained('other', 4, 1, { seed: 1 });
  expect(other.last.tensors).not.toEqual(whole.last.tensors);
  expect(other.history).not.toEqual(whole.history);
});

test.each([
  [2, 4],
  [1, 1],
  [2, 1],
])('bit for bit with %i thread(s), %i square(s) at a time', async (threads, microBatch) => {
  const [first, second] = [
    await trained(`first-${threads}-${microBatch}`, 2, threads, { microBatch }),
    await trained(`second-${threads}-${microBatch}`, 2, threads, { microBatch }),
  ];
  expect(second).toEqual(first);
});

test.each([1, 2])('2 + 2 epochs equal 4, bit for bit, with %i thread(s)', async (threads) => {
  const four = threads === 1 ? whole : await trained('four', 4, threads);
  await trained(`two-${threads}`, 2, threads);
  await goOn(at(`two-${threads}`), { epochs: 4, threads });
  expect(await resultOf(at(`two-${threads}`))).toEqual(four);
});

describe('interrupted, then gone on with, it equals the run that was not', () => {
  const moments: Record<string, (now: () => void) => Partial<TrainHooks>> = {
    'before the first step': (now) => {
      now();
      return {};
    },
    'in the middle of the first epoch': (now) => ({
      stepped: ({ epoch, done }) => epoch === 1 && done === 8 && now(),
    }),
    'in the middle of the third epoch': (now) => ({
      stepped: ({ epoch, done }) => epoch === 3 && done === 4 && now(),
    }),
    'at the last step of an epoch': (now) => ({
      stepped: ({ epoch, done, total }) => epoch === 2 && done === total && now(),
    }),
    'while validating': (now) => ({
      validated: ({ epoch, done }) => epoch === 2 && done === 1 && now(),
    }),
    'at the end of an epoch': (now) => ({ epochEnded: ({ epoch }) => epoch === 3 && now() }),
  };
  test.each(Object.keys(moments))('%s', async (moment) => {
    const folder = at(moment);
    await newRun(data, folder, { epochs: 4 });
    const hooks = interrupted(moments[moment]);
    expect((await goOn(folder, { hooks })).finished).toBe(false);
    expect((await goOn(folder)).finished).toBe(true);
    expect(await resultOf(folder)).toEqual(whole);
  });

  test('after every single step', async () => {
    const folder = at('steps');
    await newRun(data, folder, { epochs: 1 });
    let parts = 0;
    const stepped = (now: () => void) => ({ stepped: now });
    while (!(await goOn(folder, { hooks: interrupted(stepped) })).finished) parts++;
    expect(parts).toBeGreaterThan(3);
    const one = await trained('one', 1);
    expect(await resultOf(folder)).toEqual(one);
  });
});

describe('a crash', () => {
  test('before anything was saved: it starts from the beginning', async () => {
    const folder = at('unsaved');
    await newRun(data, folder, { epochs: 4 });
    await goOn(folder);
    expect(await resultOf(folder)).toEqual(whole);
  });

  test('between the best checkpoint and the last one: the epoch is done again', async () => {
    const folder = at('between');
    await trained('between', 2);
    const { last } = runFiles(folder);
    await copyFile(last, at('kept'));
    await goOn(folder, { epochs: 3 });
    await copyFile(at('kept'), last);
    await goOn(folder, { epochs: 4 });
    expect(await resultOf(folder)).toEqual(whole);
  });

  test('between the last checkpoint and the history: the history is mended', async () => {
    const folder = at('history');
    await trained('history', 2);
    const { history } = runFiles(folder);
    const text = await readFile(history, 'utf8');
    await writeFile(history, text.slice(0, text.indexOf('\n') + 20));
    await goOn(folder, { epochs: 2 });
    expect(await historyOf(folder)).toHaveLength(2);
    expect(await readFile(history, 'utf8')).toBe(text);
  });

  test('a last checkpoint lost after epochs were finished is no new beginning', async () => {
    const folder = at('lost');
    await trained('lost', 1);
    const { last } = runFiles(folder);
    await rm(last);
    await expect(goOn(folder, { epochs: 2 })).rejects.toThrow(`${last}: is missing, though`);
  });
});
