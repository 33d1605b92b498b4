import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { detectInstances, threshold } from '@vascula/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withPredictor } from '../../dist/commands/with-predictor.js';
import { readImage } from '../../dist/prediction/index.js';
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

const picture = (width: number, height: number, channels: 1 | 3 | 4 = 3) =>
  sharp(pixels(3, width, height, channels), { raw: { width, height, channels } });

const predict = (...args: string[]) => commandLine(['predict', run, '--threads', '1', ...args]);

/** A grey PNG as it is in the file: one channel, 8 bits. */
async function grey(path: string) {
  const { channels, depth, space, width, height } = await sharp(path).metadata();
  expect({ channels, depth, space }).toEqual({ channels: 1, depth: 'uchar', space: 'b-w' });
  const data = await sharp(path).extractChannel(0).raw().toBuffer();
  return { width, height, data: Uint8Array.from(data) };
}

test('PNG, JPEG and TIFF of any size: the PNGs hold the probability and the mask above the cutoff', async () => {
  const inputs = at('inputs');
  await mkdir(inputs);
  await picture(50, 37).png().toFile(join(inputs, 'odd.png'));
  await picture(1, 1).png().toFile(join(inputs, 'pixel.png'));
  await picture(3, 70).jpeg().toFile(join(inputs, 'narrow.JPG'));
  await picture(64, 64).tiff({ compression: 'lzw' }).toFile(join(inputs, 'tile.tiff'));
  await picture(20, 20, 4)
    .composite([{ input: await picture(20, 20).png().toBuffer() }])
    .png()
    .toFile(join(inputs, 'opaque.png'));
  await writeFile(join(inputs, 'notes.txt'), 'no image');
  await writeFile(join(inputs, '.hidden.png'), 'no image');

  const output = at('predicted');
  const wanted = await middleCutoff(run, [join(inputs, 'odd.png')]);
  const flags = ['--cutoff', `${wanted}`, '--json'];
  const { code, output: text } = await predict(inputs, '-o', output, ...flags);
  expect(code).toBe(0);
  const { rules, images } = JSON.parse(text);
  const { low: cutoff, high } = rules[0].rule;
  expect([cutoff, high]).toEqual([wanted, wanted]);
  const sizes = images.map(({ image, width, height }: never) => [image, width, height]);
  expect(sizes).toEqual([
    [join(inputs, 'narrow.JPG'), 3, 70],
    [join(inputs, 'odd.png'), 50, 37],
    [join(inputs, 'opaque.png'), 20, 20],
    [join(inputs, 'pixel.png'), 1, 1],
    [join(inputs, 'tile.tiff'), 64, 64],
  ]);
  expect(await readdir(output)).toHaveLength(10);
  let above = 0;
  await withPredictor(new RecordingTerminal(), run, { threads: 1 }, async (probabilityOf) => {
    for (const found of images) {
      const probability = await probabilityOf(await readImage(found.image));
      const { width, height, data } = await grey(found.probability);
      expect([width, height]).toEqual([found.width, found.height]);
      expect(data).toEqual(Uint8Array.from(probability, (p) => Math.round(255 * p)));
      const mask = threshold(probability, cutoff);
      expect((await grey(found.mask)).data).toEqual(mask.map((m) => 255 * m));
      const options = { cutoff, connectivity: 8 } as const;
      expect(found.vessels).toBe(detectInstances(probability, width, height, options).length);
      const share = mask.reduce((sum, m) => sum + m, 0) / mask.length;
      expect(found.vesselShare).toBe(share);
      above += Number(share > 0 && share < 1);
    }
  });
  expect(above).toBeGreaterThan(0);
});

test('without --json: a line for each image', async () => {
  const { output } = await predict(join(data, 'test'), '-o', at('lines'));
  const lines = output.trim().split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toMatch(/\.tif: \d+ vessels, \d+\.\d\d % of the pixels, /);
});

/** A PNG whose header claims another size: its checksum holds. */
async function claiming(width: number, height: number): Promise<Buffer> {
  const bytes = await picture(2, 2).png().toBuffer();
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

describe('refused with the reason, before anything is written', () => {
  const refusals: [name: string, bytes: () => Promise<Buffer | string>, says: string][] = [
    [
      'grey.png',
      () => picture(8, 8, 1).toColourspace('b-w').png().toBuffer(),
      'is b-w; expected RGB',
    ],
    [
      'deep.png',
      () => picture(8, 8).toColourspace('rgb16').png().toBuffer(),
      'holds ushort values; expected 8 bits a channel',
    ],
    ['clear.png', () => picture(8, 8, 4).png().toBuffer(), 'has transparent pixels; expected RGB'],
    ['cmyk.jpg', () => picture(8, 8).toColourspace('cmyk').jpeg().toBuffer(), 'is cmyk; expected'],
    [
      'turned.jpg',
      () => picture(8, 8).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      'has orientation 6; expected 1',
    ],
    ['huge.png', () => claiming(60_000, 60_000), 'the header claims 60000 x 60000 pixels'],
    ['vast.png', () => claiming(100_000, 100_000), 'the header claims 100000 x 100000 pixels'],
    ['lying.png', () => claiming(2000, 2000), 'cannot be decoded'],
    [
      'short.png',
      async () => (await picture(40, 40).png().toBuffer()).subarray(0, -60),
      'cannot be decoded',
    ],
    ['text.png', async () => 'no image', 'cannot be decoded'],
    ['empty.jpg', async () => '', 'is empty'],
    ['short.tif', async () => 'II*', 'is not a TIFF image'],
  ];
  test.each(refusals)('%s', async (name, bytes, says) => {
    const path = at(name);
    await writeFile(path, await bytes());
    const folder = at(`out-${name}`);
    const { code, output, messages } = await predict(path, '-o', folder);
    expect([code, output]).toEqual([1, '']);
    expect(messages).toContain(`error: ${path}: ${says}`);
    expect(messages).not.toMatch(/unexpected|^\s+at /m);
    expect(await readdir(folder)).toEqual([]);
  });

  test('two images of one name, no image, no file, no ending of an image, output in use', async () => {
    const [a, b, empty] = [at('a'), at('b'), at('empty')];
    for (const folder of [a, b, empty]) await mkdir(folder);
    await picture(4, 4).png().toFile(join(a, 'same.png'));
    await picture(4, 4).jpeg().toFile(join(b, 'same.jpg'));
    await writeFile(join(b, 'notes.txt'), '');
    const fault = async (...paths: string[]) => {
      const { code, output, messages } = await predict(...paths, '-o', at('faults'));
      expect([code, output]).toEqual([1, '']);
      return messages;
    };
    expect(await fault(a, b)).toContain(`${b}/same.jpg: has the same name as ${a}/same.png`);
    expect(await fault(empty)).toContain(
      `${empty}: holds no image; expected a file ending in .tif`,
    );
    expect(await fault(empty)).toContain('folders inside a folder are not searched');
    expect(await fault(at('nowhere.png'))).toContain(`${at('nowhere.png')}: is missing`);
    expect(await fault(join(b, 'notes.txt'))).toContain('notes.txt: is not named as an image');
    await expect(readdir(at('faults'))).rejects.toThrow('ENOENT');
    const { code, messages } = await predict(a, '-o', b);
    expect(code).toBe(1);
    expect(messages).toMatch(/b: is not empty: it holds notes\.txt and 1 more/);
    expect((await readdir(b)).sort()).toEqual(['notes.txt', 'same.jpg']);
    // One image named twice is one image.
    const once = await predict(join(a, 'same.png'), a, '-o', at('once'), '--json');
    expect(JSON.parse(once.output).images).toHaveLength(1);
    expect(await readFile(join(a, 'same.png'))).not.toHaveLength(0);
  });
});
