import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readHistory } from '../../dist/run/index.js';
import { temporaryFolder } from '../support/folder.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let path: string;
beforeAll(async () => {
  temporary = await temporaryFolder();
  await mkdir(join(temporary.path, 'checkpoints'));
  path = join(temporary.path, 'history.jsonl');
});
afterAll(() => temporary.remove());

const record = (epoch: number) => ({
  epoch,
  steps: epoch * 3,
  trainLoss: 1,
  validationLoss: 2,
  validationIou: 0.5,
  validationPooledIou: 0.25,
  best: true,
  seconds: 1,
  waitedSeconds: 0.5,
});

test('gives the finished epochs, none before the first', async () => {
  expect(await readHistory(temporary.path)).toEqual([]);
  await writeFile(path, [1, 2].map((epoch) => `${JSON.stringify(record(epoch))}\n`).join(''));
  expect(await readHistory(temporary.path)).toEqual([record(1), record(2)]);
});

test.each([
  ['{"epoch":1}', 'history.jsonl:2: steps'],
  ['{"epoch":', 'history.jsonl:2: is not JSON'],
  [Buffer.from([0xff, 0xfe]), 'history.jsonl:2: is not UTF-8 text'],
])('a line that is no record is named: %j', async (line, message) => {
  await writeFile(path, `${JSON.stringify(record(1))}\n`);
  await writeFile(path, line, { flag: 'a' });
  await expect(readHistory(temporary.path)).rejects.toThrow(message);
  await rm(path);
});
