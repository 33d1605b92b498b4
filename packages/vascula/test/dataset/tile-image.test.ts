import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@vascula/core';
import fc from 'fast-check';
import sharp from 'sharp';
import { readTileImage } from 'vascula';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTiffHeader, TiffHeaderError } from '../../dist/dataset/tiff-header.js';
import { pixels, SIZE, temporaryFolder, tiff } from '../support/folder.js';
import { patchTag, withoutTag } from '../support/tiff.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let path: string;
let good: Buffer;
beforeAll(async () => {
  folder = await temporaryFolder();
  path = join(folder.path, 'tile.tif');
  good = await tiff(pixels(1));
});
afterAll(() => folder.remove());

async function read(bytes: Uint8Array) {
  await writeFile(path, bytes);
  return readTileImage(path);
}

const raw = (
  channels: 1 | 3 | 4,
  data: Uint8Array | Uint16Array = pixels(1, SIZE, SIZE, channels),
) => sharp(data, { raw: { width: SIZE, height: SIZE, channels } });

describe('accepted', () => {
  test.each(['none', 'lzw', 'deflate', 'packbits'] as const)(
    '%s: exact pixels',
    async (compression) => {
      const image = await read(await raw(3).tiff({ compression }).toBuffer());
      expect(image).toMatchObject({ width: SIZE, height: SIZE, alphaDropped: false });
      expect(Buffer.compare(image.data, pixels(1))).toBe(0);
    },
  );

  test('a rectangle', async () => {
    const data = pixels(2, 40, 24);
    const image = await read(await tiff(data, { width: 40, height: 24 }));
    expect([image.width, image.height]).toEqual([40, 24]);
    expect(Buffer.compare(image.data, data)).toBe(0);
  });

  test('tiled, BigTIFF', async () => {
    const bytes = await raw(3).tiff({ tile: true, bigtiff: true, compression: 'lzw' }).toBuffer();
    expect(Buffer.compare((await read(bytes)).data, pixels(1))).toBe(0);
  });

  test('JPEG in TIFF, within what JPEG loses', async () => {
    const flat = new Uint8Array(SIZE * SIZE * 3).fill(120);
    const { data } = await read(await raw(3, flat).tiff({ compression: 'jpeg' }).toBuffer());
    expect(data.every((value) => Math.abs(value - 120) <= 2)).toBe(true);
  });

  test('opaque alpha, dropped and told', async () => {
    const rgba = pixels(1, SIZE, SIZE, 4).map((value, at) => (at % 4 === 3 ? 255 : value));
    const image = await read(await tiff(rgba, { channels: 4 }));
    expect(image.alphaDropped).toBe(true);
    expect([...image.data]).toEqual([...rgba.filter((_, at) => at % 4 !== 3)]);
  });

  test('a colour profile does not change the numbers', async () => {
    const bytes = await raw(3).withIccProfile('p3').tiff({ compression: 'lzw' }).toBuffer();
    const asStored = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    expect(Buffer.compare((await read(bytes)).data, asStored)).toBe(0);
  });
});

describe('refused with the reason', () => {
  const cases: [string, () => Promise<Uint8Array> | Uint8Array, string][] = [
    ['empty file', () => Buffer.alloc(0), 'is empty'],
    ['text', () => Buffer.from('no image at all'), 'is not a TIFF image'],
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'is not a TIFF image'],
    ['PNG named .tif', () => raw(3).png().toBuffer(), 'is not a TIFF image'],
    ['cut in its header', () => good.subarray(0, 100), 'is truncated: it ends at byte 100'],
    ['cut by one byte', () => good.subarray(0, -1), 'is truncated'],
    ['pixels past its end', () => patchTag(good, 279, 1e6), 'its pixels at byte 100'],
    ['damaged pixels', () => spoilPixels(good), 'cannot be decoded'],
    [
      'grey',
      () => raw(1).toColourspace('b-w').tiff({ compression: 'lzw' }).toBuffer(),
      'PhotometricInterpretation: the image is grey; expected RGB',
    ],
    [
      '16 bits',
      () =>
        raw(3, new Uint16Array(SIZE * SIZE * 3).fill(999))
          .toColourspace('rgb16')
          .tiff({ compression: 'lzw' })
          .toBuffer(),
      'BitsPerSample: 16 bits a channel; expected 8 bits, unsigned',
    ],
    [
      'CMYK',
      () => raw(3).toColourspace('cmyk').tiff({ compression: 'lzw' }).toBuffer(),
      'the image is CMYK; expected RGB',
    ],
    [
      'floating point L*a*b*',
      () => raw(3).toColourspace('lab').tiff({ compression: 'lzw' }).toBuffer(),
      '32 floating point',
    ],
    [
      'transparent',
      () => tiff(pixels(1, SIZE, SIZE, 4), { channels: 4 }),
      'alpha channel is not opaque',
    ],
    [
      'a fourth channel that is not declared, as OpenCV writes alpha',
      async () => withoutTag(await tiff(pixels(1, SIZE, SIZE, 4), { channels: 4 }), 338),
      'ExtraSamples: there is a fourth channel, and the header does not say what it is',
    ],
    ['turned', () => patchTag(good, 274, 6), 'Orientation: orientation 6; expected 1'],
    ['no pixels', () => patchTag(good, 256, 0), 'the header claims 0 x 32 pixels'],
  ];
  test.each(cases)('%s', async (_name, make, reason) => {
    const reading = read(await make());
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(`${path}: ${reason.startsWith('is') ? reason : ''}`);
    await expect(reading).rejects.toThrow(reason);
  });

  test.each([10_000, 2_000_000, 4_294_967_295])(
    'a header claiming %d rows, before decoding',
    async (side) => {
      const before = process.memoryUsage.rss();
      const reading = read(patchTag(patchTag(good, 256, side), 257, side));
      await expect(reading).rejects.toThrow(
        `ImageWidth x ImageLength: the header claims ${side} x ${side} pixels; expected 1 to 67108864`,
      );
      expect(process.memoryUsage.rss() - before).toBeLessThan(50e6);
    },
  );

  test('several pages', async () => {
    const two = await sharp([await raw(3).png().toBuffer(), await raw(3).png().toBuffer()], {
      join: { animated: true },
    })
      .tiff()
      .toBuffer();
    await expect(read(two)).rejects.toThrow('holds several images; expected one');
  });

  test('a folder, and nothing, in its place', async () => {
    const taken = join(folder.path, 'folder.tif');
    await mkdir(taken);
    await expect(readTileImage(taken)).rejects.toThrow(`${taken}: is a folder; expected a file`);
    await expect(readTileImage(join(folder.path, 'no.tif'))).rejects.toThrow('no.tif: is missing');
  });
});

test('whatever is done to a header, it is read or refused, never a crash', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 12 }),
      fc.nat(good.length),
      (edits, length) => {
        const bytes = Uint8Array.from(good);
        for (const [at, value] of edits) bytes[at] = value;
        try {
          readTiffHeader(bytes.subarray(0, length));
        } catch (error) {
          expect(error).toBeInstanceOf(TiffHeaderError);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

/** Keeps header and directory, turns the LZW stream into noise. */
function spoilPixels(bytes: Uint8Array): Uint8Array {
  const spoilt = Uint8Array.from(bytes);
  for (let at = 8; at < 200; at++) spoilt[at] ^= 0x5a;
  return spoilt;
}
