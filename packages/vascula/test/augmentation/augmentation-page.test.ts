import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { augmentationPresets } from '@vascula/core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { augmentationPage } from '../../dist/augmentation/index.js';
import { augmentCommand } from '../../dist/commands/augment.js';
import { runProgram } from '../../dist/commands/program.js';
import { openDataset } from '../../dist/dataset/index.js';
import type { Picture } from '../../dist/pages/index.js';
import { temporaryFolder } from '../support/folder.js';
import { CHROMIUM, hasChromium, look } from '../support/pages.js';
import { RecordingTerminal } from '../support/terminal.js';
import { tinyDataset } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
const at = (name: string) => join(temporary.path, name);
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
});
afterAll(() => temporary.remove());

async function augment(...args: string[]) {
  const terminal = new RecordingTerminal();
  const code = await runProgram(['augment', ...args], terminal, [augmentCommand]);
  return { code, output: terminal.output, messages: terminal.messages };
}

test.skipIf(!hasChromium)(`a page with every part and the draws (in ${CHROMIUM})`, async () => {
  const { code, output, messages } = await augment(data, '-o', at('page'), '--tiles', '2');
  expect(code, messages).toBe(0);
  expect(output).toBe(`page     ${at('page/index.html')}\n`);
  const seen = await look(at('page'));
  expect(seen.said).toEqual([]);
  expect(seen.asked).toEqual([]);
  expect(seen.isTooWide).toEqual([]);
  // Two tiles in 12 draws and nine parts of 6 pictures.
  expect(seen.pictures).toBe(2 * (12 + 9 * 6));
  for (const words of ['What training draws', 'Elastic', 'Stains', 'rotation 0.5 (-180 to 180°)'])
    expect(seen.text).toContain(words);
});

/** The pixels of each picture of a block, by its label. */
async function picturesOf(seed: number, name: string, settings = augmentationPresets.strong) {
  const dataset = await openDataset(data);
  const request = { settings, crop: 48, tiles: 1, seed };
  const { sections } = await augmentationPage(dataset, request, {
    signal: new AbortController().signal,
  });
  const block = sections
    .flatMap(({ blocks }) => blocks)
    .find((one) => 'name' in one && one.name === name);
  if (block?.kind !== 'pictures') throw new Error(`no pictures ${name}`);
  const decoded = block.pictures.map(async ({ label, jpeg }: Picture) => {
    return [label, await sharp(jpeg).raw().toBuffer()] as const;
  });
  return Promise.all(decoded);
}

test('a part is shown from its least strength to its most, and changes more and more', async () => {
  const brightness = await picturesOf(1, 'brightness');
  const mean = (pixels: Buffer) => pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  expect(brightness.map(([label]) => label).slice(1)).toEqual([
    '× 0.8',
    '× 0.89',
    '× 1',
    '× 1.12',
    '× 1.25',
  ]);
  const [asItIs = 0, ...means] = brightness.map(([, pixels]) => mean(pixels));
  expect(means).toEqual([...means].sort((a, b) => a - b));
  expect(Math.abs((means[2] as number) - asItIs)).toBeLessThan(0.5);
  expect((means[0] as number) / asItIs).toBeLessThan(0.9);
  const elastic = await picturesOf(1, 'elastic');
  expect(elastic.map(([label]) => label).slice(1)).toEqual([
    '2 px',
    '3.5 px',
    '5 px',
    '6.5 px',
    '8 px',
  ]);
});

test('the same seed shows the same, another something else; nothing is drawn of none', async () => {
  const draws = await picturesOf(3, 'draws');
  expect(await picturesOf(3, 'draws')).toEqual(draws);
  expect(await picturesOf(4, 'draws')).not.toEqual(draws);
  const still = await picturesOf(3, 'draws', augmentationPresets.none);
  for (const [, pixels] of still) expect(pixels).toEqual(still[0]?.[1]);
});

test('--json prints the settings and where the squares lie', async () => {
  const flags = ['--augment', 'scale=0.2:0.9..1.1', '--crop', '32', '--seed', '7', '--json'];
  const { code, output } = await augment(data, '-o', at('json'), ...flags);
  expect(code).toBe(0);
  const { settings, tiles, ...rest } = JSON.parse(output);
  expect(rest).toEqual({ folder: data, seed: 7, crop: 32 });
  const { strong } = augmentationPresets;
  expect(settings).toEqual({ ...strong, scale: { probability: 0.2, least: 0.9, most: 1.1 } });
  expect(tiles).toHaveLength(3);
  for (const { crop } of tiles) expect(crop.size).toBe(32);
  expect(JSON.parse(await readFile(join(at('json'), 'data.json'), 'utf8'))).toEqual(
    JSON.parse(output),
  );
});

test('a folder in use, a square too large, no tiles: told, and nothing written', async () => {
  await mkdir(at('used'));
  await writeFile(join(at('used'), 'notes.txt'), 'mine');
  const used = await augment(data, '-o', at('used'));
  expect([used.code, used.output]).toEqual([1, '']);
  expect(used.messages).toContain('is not empty');
  const large = await augment(data, '-o', at('large'), '--crop', '65');
  expect(large.code).toBe(1);
  expect(large.messages).toContain('a crop of 65 pixels does not fit a tile of 64 x 64');
  expect(await readdir(at('large'))).toEqual([]);
  const absent = await augment(at('absent'), '-o', at('none'));
  expect(absent.messages).toContain('absent: is missing');
  const usage = await augment(data, '-o', at('none'), '--tiles', '0');
  expect(usage.code).toBe(2);
});
