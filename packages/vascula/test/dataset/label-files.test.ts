import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findLabelFiles } from '../../dist/dataset/index.js';
import { cli } from '../support/program.js';

let here: string;
beforeEach(async () => {
  here = await mkdtemp(join(tmpdir(), 'vascula labels '));
  await mkdir(join(here, 'data'));
  for (const name of ['data/a.jsonl', 'b.jsonl']) await writeFile(join(here, name), '');
});
afterEach(() => rm(here, { recursive: true }));

test('a label file is looked for in the folder of the dataset', async () => {
  const names = ['a.jsonl', 'absent.jsonl', join(here, 'b.jsonl')];
  expect(await findLabelFiles(join(here, 'data'), names)).toEqual(names);
});

test('one named from the working directory, as a shell completes it, is found too', () => {
  const check = (polygons: string) =>
    spawnSync(process.execPath, [cli, 'check', 'data', '--polygons', polygons], {
      cwd: here,
      encoding: 'utf8',
    }).stdout;
  // Everything else of the folder is missing; of the label files only the one that is nowhere.
  expect(check('data/a.jsonl,b.jsonl')).not.toContain('jsonl: is missing');
  expect(check('c.jsonl')).toContain('data/c.jsonl: is missing');
});
