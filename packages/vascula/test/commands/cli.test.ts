import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labelLine, SQUARE, temporaryFolder, writeGoodFolder } from '../support/folder.js';
import { vascula } from '../support/program.js';

const interruptible = fileURLToPath(new URL('../support/interruptible.mjs', import.meta.url));

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let good: string;
let bad: string;
beforeAll(async () => {
  temporary = await temporaryFolder();
  good = join(temporary.path, 'good');
  bad = join(temporary.path, 'bad');
  await mkdir(good);
  await mkdir(bad);
  await writeGoodFolder(good);
  await writeGoodFolder(bad);
  await appendFile(join(bad, 'polygons.jsonl'), labelLine('cc', SQUARE).slice(0, 40));
  await writeFile(join(bad, 'train/bb.tif'), 'no image');
  await rm(join(bad, 'train/aa.tif'));
});
afterAll(() => temporary.remove());

test('check on a good folder: the summary on stdout, progress on stderr, 0', async () => {
  const { code, output, messages } = await vascula(['check', good]);
  expect(code).toBe(0);
  expect(output).toContain(`${good} is usable.`);
  expect(messages).toMatch(/^Decoding 4\/4 images 100%.*\n$/);
  expect(output + messages).not.toContain('\x1b');
});

test('check on a bad folder: every fault, no stack, 1', async () => {
  const { code, output, messages } = await vascula(['check', bad]);
  expect(code).toBe(1);
  expect(output).toContain(
    `fault: ${join(bad, 'polygons.jsonl')}:3: column 41: the JSON line is cut short`,
  );
  expect(output).toContain(`fault: ${join(bad, 'train/bb.tif')}: is not a TIFF image`);
  expect(output).toContain(`fault: ${join(bad, 'polygons.jsonl')}:1: id: aa is labelled, and`);
  expect(output).toContain('3 faults to mend');
  expect(output + messages).not.toMatch(/^\s+at /m);
});

test('--json: one document on stdout', async () => {
  const { code, output } = await vascula(['check', bad, '--json']);
  const report = JSON.parse(output);
  expect(code).toBe(1);
  expect(report.usable).toBe(false);
  expect(report.faults).toHaveLength(3);
  expect(report.summary.tiles).toBe(4);
});

test('--polygons merges files, and an absent one is a fault', async () => {
  await writeFile(join(good, 'more.jsonl'), `${labelLine('cc', SQUARE)}\n`);
  const merged = await vascula([
    'check',
    good,
    '--polygons',
    'polygons.jsonl,more.jsonl',
    '--json',
  ]);
  expect(JSON.parse(merged.output).summary.labelled).toBe(3);
  const absent = await vascula(['check', good, '--polygons', 'absent.jsonl']);
  expect(absent.code).toBe(1);
  expect(absent.output).toContain(`fault: ${join(good, 'absent.jsonl')}: is missing`);
});

test.each([
  [['check', 'x', '--polygons', ','], "argument ',' is invalid"],
  [['chek'], "unknown command 'chek'"],
])('usage errors: %s exits 2 and points to --help', async (args, says) => {
  const { code, output, messages } = await vascula(args);
  expect([code, output]).toEqual([2, '']);
  expect(messages).toContain(says);
  expect(messages).toContain('--help');
});

test('every command has a help that ends with an example', async () => {
  const { output } = await vascula(['--help']);
  const names = [...output.matchAll(/^ {2}(\w+) .*/gm)].map(([, name]) => name);
  expect(names).toContain('check');
  for (const name of names.filter((one) => one !== 'help' && /^[a-z]+$/.test(one))) {
    const help = await vascula([name, '--help']);
    expect(help.code).toBe(0);
    expect(help.output).toMatch(/\nExamples?:\n( {2}.*\n)+\n*$/);
  }
});

test('a reader that stops early is no error', async () => {
  const { code, messages } = await vascula(['check', good, '--json'], (child) =>
    child.stdout?.destroy(),
  );
  expect(code).toBe(0);
  expect(messages).not.toContain('EPIPE');
});

/** Ctrl-C each time the program under test asks for it. */
const pressWhenAsked = (child: ChildProcess) =>
  child.stdout?.on('data', (chunk: Buffer) => {
    if (chunk.includes('press')) child.kill('SIGINT');
  });

describe.skipIf(process.platform === 'win32')('Ctrl-C', () => {
  test('the first lets the command finish its step: 130', async () => {
    const { code, output, messages } = await vascula(['tidy'], pressWhenAsked, interruptible);
    expect([code, output]).toEqual([130, 'press\nsaved\n']);
    expect(messages).toContain('finishing the step under way. Ctrl-C again stops at once.');
  });

  test('the second stops at once: 130', async () => {
    const { code, output } = await vascula(['stubborn'], pressWhenAsked, interruptible);
    expect([code, output]).toEqual([130, 'press\npress\n']);
  });
});

const data =
  process.env.VASCULA_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
describe.skipIf(!existsSync(join(data, 'hubmap')))(
  'real tiles (skipped where VASCULA_DATA is not there)',
  () => {
    test('the partial download of the competition is usable', async () => {
      const { code, output } = await vascula([
        'check',
        join(data, 'hubmap'),
        '--polygons',
        'polygons.jsonl,polygons_approx.jsonl',
        '--json',
      ]);
      expect(code).toBe(0);
      expect(JSON.parse(output)).toMatchObject({
        usable: true,
        faults: [],
        tileSize: { width: 512, height: 512 },
        summary: { tiles: 7033, trainFiles: 90, testFiles: 1, labelled: 20, rowsWithoutFile: 6943 },
      });
    });
  },
);
