import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeRle, type Fault, InputError, packRle, randomStream } from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FUZZ_CASES, FUZZ_TIMEOUT, randomBytes, spoiled } from '../../../core/test/spoiled.js';
import { indexDataset, openDataset } from '../../dist/dataset/index.js';
import { hostOptions, scoreSubmission } from '../../dist/score/index.js';
import { pixels, SQUARE, temporaryFolder, tiff, writeGoodFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';

const HEADER = 'id,height,width,prediction_string';
const MIB = 2 ** 20;
/** As a file that is spoiled costs more than a text. */
const CASES = Math.ceil(FUZZ_CASES / 10);

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...names: string[]) => join(temporary.path, ...names);
beforeAll(async () => {
  temporary = await temporaryFolder();
  for (const name of ['good', 'labels', 'large']) await mkdir(at(name));
  await writeGoodFolder(at('good'));
  await writeGoodFolder(at('labels'));
  // Tile aa of 512 x 512 pixels, by itself.
  await mkdir(at('large', 'train'));
  await cp(at('good', 'tile_meta.csv'), at('large', 'tile_meta.csv'));
  const tile = await tiff(pixels(1, 512, 512), { width: 512, height: 512 });
  await writeFile(at('large', 'train', 'aa.tif'), tile);
  await writeFile(at('large', 'polygons.jsonl'), labelLine([vessel(SQUARE)]));
});
afterAll(() => temporary.remove());

const vessel = (outline: unknown) => ({ type: 'blood_vessel', coordinates: [outline] });
const labelLine = (annotations: unknown) => `${JSON.stringify({ id: 'aa', annotations })}\n`;

function requireClear(fault: Fault): void {
  const { message } = new InputError(fault);
  expect(message).not.toMatch(/undefined|NaN|\[object [A-Z]|\p{Cc}/u);
  expect(message.length).toBeLessThan(700);
}

/** Runs what must fail with a message and without taking much memory: the message. */
async function refused(submission: string, folder: string): Promise<string> {
  const before = process.resourceUsage().maxRSS;
  const { code, messages } = await commandLine(['score', submission, at(folder)]);
  expect(process.resourceUsage().maxRSS - before).toBeLessThan(700 * 1024);
  expect(code).toBe(1);
  expect(messages).not.toMatch(/unexpected|undefined|NaN|\[object [A-Z]/);
  return messages;
}

describe('submissions', () => {
  const written = async (...parts: (string | Uint8Array)[]) => {
    await writeFile(at('submission.csv'), Buffer.concat(parts.map((part) => Buffer.from(part))));
    return at('submission.csv');
  };

  test('a million random bytes: without a header one fault, with one as many as lines', async () => {
    const bytes = randomBytes(1_000_000, randomStream(1, 'bytes'));
    expect(await refused(await written(bytes), 'good')).toMatch(/submission\.csv:1: .*\n$/);
    const messages = await refused(await written(HEADER, '\n', bytes), 'good');
    expect(messages).toMatch(/^fault: .*submission\.csv:2: is not UTF-8 text\n/);
    expect(messages).toMatch(/and \d{4} more; --json lists all/);
  });

  test(`${CASES} spoiled files: each fault has its line, and the rest is scored`, {
    timeout: FUZZ_TIMEOUT,
  }, async () => {
    const dataset = await openDataset(at('good'));
    const mask = packRle([66, 9, 23, 9, 23, 9, 885]);
    const good = `${HEADER}\naa,32,32,0 0.9 ${mask} 0 0.5 ${mask}\nbb,32,32,0 0.7 ${mask}\n`;
    const random = randomStream(1, 'files');
    const request = { options: hostOptions, tiles: 'all', lenient: true, seed: 0 } as const;
    let [scored, atFault, unreadable] = [0, 0, 0];
    for (let n = 0; n < CASES; n++) {
      const path = await written(spoiled(good, random));
      try {
        const report = await scoreSubmission(path, dataset, request, {
          signal: new AbortController().signal,
        });
        scored++;
        atFault += report.faults.length;
        for (const fault of report.faults) {
          expect(fault).toMatchObject({ path, line: expect.any(Number) });
          requireClear(fault);
        }
        expect(JSON.stringify(report)).not.toMatch(/NaN|Infinity/);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        unreadable++;
        expect(error.fault.path).toBe(path);
        requireClear(error.fault);
      }
    }
    for (const count of [scored, atFault, unreadable]) expect(count).toBeGreaterThan(CASES / 20);
  });

  test('rows that would take gigabytes', async () => {
    const row = async (text: string, times: number) =>
      refused(await written(`${HEADER}\naa,512,512,${text.repeat(times)}\n`), 'large');
    const corners = new Uint8Array(512 * 512);
    corners[0] = corners[corners.length - 1] = 1;
    const wide = `0 1 ${packRle(encodeRle(corners, 512, 512))} `;
    expect(await row(wide, (8 * MIB) / wide.length)).toContain(
      'predictions; expected at most 10000',
    );
    expect(await row(wide, 9000)).toContain('boxes of the masks have more than 268435456 pixels');
  });

  test('a file of rows at fault: it ends', async () => {
    const rows = Array.from({ length: 15_000 }, (_, k) => `x${k},32,32,`);
    const messages = await refused(await written(`${HEADER}\n${rows.join('\n')}\n`), 'good');
    expect(messages).toContain('has more than 10000 rows that cannot be scored');
    expect(messages).toContain(':2: id: "x0" is no tile of ');
  });
});

describe('labels', () => {
  const written = (content: string | Uint8Array, folder = 'labels') =>
    writeFile(at(folder, 'polygons.jsonl'), content);
  const empty = async () => {
    await writeFile(at('empty.csv'), `${HEADER}\naa,512,512,\n`);
    return at('empty.csv');
  };

  /** All faults of a folder; others than InputErrors are not caught. */
  async function faultsOf(folder: string): Promise<Fault[]> {
    const faults: Fault[] = [];
    await indexDataset(
      at(folder),
      {},
      {
        fault: (_, fault) => faults.push(fault),
        warning() {},
      },
    );
    return faults;
  }

  test('a million random bytes: a fault for each line', async () => {
    await written(randomBytes(1_000_000, randomStream(1, 'bytes')));
    const faults = await faultsOf('labels');
    expect(faults.length).toBeGreaterThan(1000);
    const lines = faults.map(({ line }) => line);
    // Blank ones are none.
    expect(lines).toEqual([...new Set(lines)].sort((a, b) => Number(a) - Number(b)));
    await expect(openDataset(at('labels'))).rejects.toThrow(/polygons\.jsonl:1: is not UTF-8 text/);
  });

  test(`${CASES} spoiled files: each fault has its line`, {
    timeout: FUZZ_TIMEOUT,
  }, async () => {
    const good = await readFile(at('good', 'polygons.jsonl'), 'utf8');
    const random = randomStream(1, 'labels');
    let [read, refused] = [0, 0];
    for (let n = 0; n < CASES; n++) {
      await written(spoiled(good, random));
      const faults = await faultsOf('labels');
      if (faults.length === 0) read++;
      else refused++;
      for (const fault of faults) {
        requireClear(fault);
        if (fault.problem === 'is empty') continue;
        expect(fault.line).toBeGreaterThan(0);
      }
    }
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(CASES / 2);
  });

  test('lines that would take gigabytes, or the stack', async () => {
    const brackets = `${'['.repeat(4 * MIB)}${']'.repeat(4 * MIB)}`;
    const refusals: [line: string, says: string][] = [
      [
        labelLine('x').replace('"x"', `[${'0,'.repeat(4 * MIB)}0]`),
        '1: annotations[0]: found 0; expected an object',
      ],
      [labelLine('x').replace('"x"', brackets), '1: column 125: nests deeper than 100 levels'],
      [labelLine([vessel('x')]).replace('"x"', brackets), 'nests deeper than 100 levels'],
      [
        labelLine(new Array(20_000).fill(vessel(SQUARE))),
        '20000 outlines of vessels and unsure regions; expected at most 10000 a tile',
      ],
      [
        labelLine(
          new Array(2000).fill(
            vessel([
              [0, 0],
              [600, 0],
              [600, 600],
              [0, 600],
            ]),
          ),
        ),
        'the boxes of the outlines have 524288000 pixels together; expected at most 268435456',
      ],
    ];
    for (const [line, says] of refusals) {
      await written(line, 'large');
      expect(await refused(await empty(), 'large')).toContain(says);
    }
  });

  test('of a line with many annotations at fault the first hundred are told', async () => {
    await written(labelLine(new Array(5000).fill({ type: 'vein', coordinates: [] })));
    const faults = await faultsOf('labels');
    expect(faults).toHaveLength(101);
    expect(faults[99]).toMatchObject({
      line: 1,
      field: 'annotations[99].type',
      problem: 'found "vein"',
    });
    expect(faults[100]).toMatchObject({ line: 1, field: 'annotations[100]' });
  });

  test('an outline of more points than a call takes is drawn', async () => {
    const points = Array.from({ length: 200_000 }, (_, k) => SQUARE[k % 4]);
    await written(labelLine([vessel(points)]), 'large');
    const { code, output } = await commandLine(['score', await empty(), at('large'), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(output).score.overall.truths).toBe(1);
  });
});
