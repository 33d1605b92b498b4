import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { IGNORED, InputError, instancesOfMask } from '@vascula/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkDataset, describeReport } from '../../dist/check/index.js';
import {
  type MaskValues,
  openDataset,
  readTile,
  tileTruth,
  tileVessels,
} from '../../dist/dataset/index.js';
import { truthOfMask } from '../../dist/dataset/mask-values.js';
import { doubtfulPairs, idOfFile } from '../../dist/dataset/pair-names.js';
import { readPicture } from '../../dist/dataset/picture.js';
import { TileMemory } from '../../dist/dataset/tile-memory.js';
import { pixels, SQUARE, temporaryFolder, writeGoodFolder } from '../support/folder.js';
import { disc, goodPairs, grey, rgb, square, writeGoodPairs } from '../support/pairs.js';
import { patchTag } from '../support/tiff.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
beforeEach(async () => {
  temporary = await temporaryFolder();
  folder = temporary.path;
});
afterEach(() => temporary.remove());

const put = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);

describe('a good folder', () => {
  beforeEach(() => writeGoodPairs(folder));

  test('is paired in natural order, each image a slide of its own and nobody’s neighbour', async () => {
    const { tiles, tileSize, smallestTile } = await openDataset(folder, { pairs: goodPairs });
    expect(
      tiles.map(({ id, source, file, labels }) => [
        id,
        source,
        basename(file as string),
        labels && 'mask' in labels && basename(labels.mask),
      ]),
    ).toEqual([
      ['scan_1', 1, 'scan_1.tif', 'scan_1_manual1.png'],
      ['scan_2', 2, 'scan_2.png', 'scan_2_manual1.gif'],
      ['scan_3', 3, 'scan_3.jpg', 'scan_3_manual1.png'],
      ['scan_10', 4, 'scan_10.gif', 'scan_10_manual1.gif'],
    ]);
    expect([tileSize, smallestTile]).toEqual([
      { width: 64, height: 48 },
      { width: 40, height: 40 },
    ]);
  });

  test('reads every format to the pixel, grey as three equal channels', async () => {
    const { tiles } = await openDataset(folder, { pairs: goodPairs });
    const memory = new TileMemory();
    for (const [at, tile] of tiles.entries()) {
      const { width, height } = tile.size as { width: number; height: number };
      const image = await readTile(tile, undefined, memory);
      const truth = await tileTruth(tile, image, memory);
      expect([image.width, image.height]).toEqual([width, height]);
      const expected = pixels(at, width, height, at === 1 ? 1 : 3);
      // JPEG and the palette of GIF change colours a little: nothing to hold against a reader.
      if (at === 0) expect([...image.data]).toEqual([...expected]);
      if (at === 1) expect([...image.data]).toEqual([...expected].flatMap((v) => [v, v, v]));
      expect([...truth]).toEqual(
        [...square(width, height)].map((value, p) =>
          disc(width, height)[p] === 0 ? IGNORED : Number(value === 255),
        ),
      );
      expect(await tileVessels(tile, truth, image)).toEqual(instancesOfMask(truth, width, height));
    }
  });

  test('--group makes one slide of the images of a patient, apart from each other', async () => {
    const pairs = { ...goodPairs, group: 'scan_(\\d)' };
    const { tiles, tileSize } = await openDataset(folder, { pairs });
    expect(tiles.map(({ source }) => source)).toEqual([1, 2, 3, 1]);
    const [a, , , b] = tiles.map(({ i }) => i);
    expect(Math.abs((a as number) - (b as number))).toBeGreaterThan(tileSize.width);
  });

  test('check lists every pair, sizes and the share of vessel among what counts', async () => {
    const report = await checkDataset(folder, { pairs: goodPairs });
    expect(report).toMatchObject({ usable: true, faults: [], warnings: [] });
    let [vessel, background, ignored] = [0, 0, 0];
    for (const { size, mask } of report.pairs?.pairs ?? []) {
      const { width, height } = size;
      expect(mask).toMatch(/^masks.scan_\d+_manual1/);
      square(width, height).forEach((value, p) => {
        if (disc(width, height)[p] === 0) ignored++;
        else if (value === 255) vessel++;
        else background++;
      });
    }
    expect(report.pairs?.pixels).toEqual({ vessel, background, ignored });
    const text = describeReport(report);
    expect(text).toContain('images/scan_10.gif  masks/scan_10_manual1.gif  roi/scan_10.png');
    expect(text).toContain('image size        40 to 64 wide, 40 to 48 high (4 sizes)');
    expect(text).toContain(
      `vessel            ${((100 * vessel) / (vessel + background)).toFixed(2)} % of the pixels that count`,
    );
  });
});

describe('a folder with faults', () => {
  beforeEach(() => writeGoodPairs(folder));
  const big = async () => {
    const tiff = await rgb(pixels(0, 40, 48), 40, 48)
      .tiff()
      .toBuffer();
    return patchTag(patchTag(tiff, 256, 20_000), 257, 20_000);
  };
  const half = async (name: string) => {
    const bytes = await readFile(join(folder, name));
    await put(name, bytes.subarray(0, bytes.length >> 1));
  };
  const mask = (values: Uint8Array, width: number, height: number) =>
    grey(values, width, height).png().toBuffer();
  const threeValues = () => square(40, 48).map((value, at) => (at < 96 ? 128 : value));

  test.each<[name: string, spoil: () => Promise<unknown>, file: string, says: RegExp]>([
    [
      'a mask too few',
      () => rm(join(folder, 'masks/scan_2_manual1.gif')),
      '',
      /4 files match --images and 3 match --masks; .*They part at number 2: scan_2\.png beside scan_3_manual1\.png/,
    ],
    [
      'no file of a pattern',
      () => rename(join(folder, 'roi'), join(folder, 'fields')),
      'roi/*.png',
      /no file matches --roi/,
    ],
    [
      'a mask of another size',
      async () => put('masks/scan_1_manual1.png', await mask(square(48, 40), 48, 40)),
      'masks/scan_1_manual1.png',
      /48 x 40 pixels, and .*scan_1\.tif has 40 x 48/,
    ],
    [
      'a field of view of another size',
      async () => put('roi/scan_1.png', await mask(disc(41, 48), 41, 48)),
      'roi/scan_1.png',
      /41 x 48 pixels/,
    ],
    [
      'a mask of three values',
      async () => put('masks/scan_1_manual1.png', await mask(threeValues(), 40, 48)),
      'masks/scan_1_manual1.png',
      /holds 3 values: 0 \(90\.8 %\), 128 \(5\.0 %\), 255 \(4\.2 %\); expected 0 for background and 255 \(or 1\) for vessel\. Say what they stand for, such as --labels/,
    ],
    [
      '1 and 255 in one mask',
      async () =>
        put(
          'masks/scan_1_manual1.png',
          await mask(
            square(40, 48).map((v, at) => (at < 5 ? 1 : v)),
            40,
            48,
          ),
        ),
      'masks/scan_1_manual1.png',
      /holds 3 values/,
    ],
    [
      'a mask cut short',
      () => half('masks/scan_2_manual1.gif'),
      'masks/scan_2_manual1.gif',
      /cannot be decoded .*get it again/,
    ],
    ['a PNG cut short', () => half('roi/scan_1.png'), 'roi/scan_1.png', /cannot be decoded/],
    ['an image cut short', () => half('images/scan_1.tif'), 'images/scan_1.tif', /truncated/],
    [
      '20000 x 20000 pixels in a header',
      async () => put('images/scan_1.tif', await big()),
      'images/scan_1.tif',
      /claims 20000 x 20000 pixels.*Nothing was decoded/,
    ],
    [
      'a GIF whose screen is that large',
      async () => {
        const gif = await readFile(join(folder, 'masks/scan_2_manual1.gif'));
        gif.writeUInt16LE(20_000, 6);
        gif.writeUInt16LE(20_000, 8);
        await put('masks/scan_2_manual1.gif', gif);
      },
      'masks/scan_2_manual1.gif',
      /claims 20000 x 20000 pixels/,
    ],
    [
      'text in place of an image',
      () => put('images/scan_2.png', 'no image at all'),
      'images/scan_2.png',
      /is no image; expected a TIFF, PNG, JPEG or GIF/,
    ],
    ['an empty file', () => put('images/scan_2.png', ''), 'images/scan_2.png', /is empty/],
    [
      '16 bits a channel',
      async () =>
        put(
          'images/scan_2.png',
          await rgb(pixels(1, 64, 40), 64, 40)
            .toColourspace('rgb16')
            .png()
            .toBuffer(),
        ),
      'images/scan_2.png',
      /ushort values; expected 8 bits/,
    ],
    [
      'transparent pixels',
      async () =>
        put(
          'images/scan_2.png',
          await rgb(pixels(1, 64, 40), 64, 40)
            .ensureAlpha(0.5)
            .png()
            .toBuffer(),
        ),
      'images/scan_2.png',
      /transparent/,
    ],
    [
      'a field of view of nothing',
      async () => put('roi/scan_1.png', await mask(new Uint8Array(40 * 48), 40, 48)),
      'roi/scan_1.png',
      /leaves no pixel that counts/,
    ],
    [
      'two images of one name',
      async () => {
        await put('images/scan_1.png', await mask(square(40, 48), 40, 48));
        await put('masks/scan_1_manual1b.png', await mask(square(40, 48), 40, 48));
        await put('roi/scan_1b.png', await mask(disc(40, 48), 40, 48));
      },
      'images/scan_1.tif',
      /would be called scan_1 like .*scan_1\.png/,
    ],
  ])('%s is one fault that names its file', async (_, spoil, file, says) => {
    await spoil();
    const { faults, usable } = await checkDataset(folder, { pairs: goodPairs });
    expect(faults.map(({ path }) => path)).toEqual([join(folder, file)]);
    const [fault] = faults;
    expect(usable).toBe(false);
    expect(new InputError(fault as never).message).toMatch(says);
  });

  test('an opaque alpha channel is dropped, and told of', async () => {
    await put(
      'images/scan_2.png',
      await rgb(pixels(1, 64, 40), 64, 40)
        .ensureAlpha(1)
        .png()
        .toBuffer(),
    );
    const { usable, warnings } = await checkDataset(folder, { pairs: goodPairs });
    expect([usable, warnings.map(({ kind }) => kind)]).toEqual([true, ['alpha-dropped']]);
    const { data } = await readPicture(join(folder, 'images/scan_2.png'));
    expect([...data]).toEqual([...pixels(1, 64, 40)]);
  });

  test('numbers that disagree, and masks as JPEG, are doubts that opening tells of', async () => {
    await rename(
      join(folder, 'masks/scan_2_manual1.gif'),
      join(folder, 'masks/scan_20_manual1.gif'),
    );
    await rename(join(folder, 'roi/scan_1.png'), join(folder, 'roi/scan_1.jpg'));
    const pairs = { ...goodPairs, roi: 'roi/*' };
    const doubts: string[] = [];
    const opening = openDataset(folder, { pairs }, ({ problem }) => doubts.push(problem));
    // The order has changed with the name, so that sizes no longer agree either.
    await expect(opening).rejects.toThrow('pixels, and');
    expect(doubts).toEqual([
      expect.stringContaining('scan_3_manual1.png, whose name has other numbers'),
      expect.stringContaining('scan_10_manual1.gif, whose name has other numbers'),
      expect.stringContaining('scan_20_manual1.gif, whose name has other numbers'),
      expect.stringContaining('a mask as JPEG'),
    ]);
  });

  test('a group that does not fit names the first image', async () => {
    const pairs = { ...goodPairs, group: 'patient(\\d)' };
    await expect(openDataset(folder, { pairs })).rejects.toThrow(
      /scan_1\.tif: does not match --group/,
    );
  });
});

describe('values of masks', () => {
  const image = (...values: number[][]) => ({
    width: values.length,
    height: 1,
    data: Uint8Array.from(values.flat()),
  });
  const none: MaskValues = { vessel: [], background: [], ignored: [] };
  const truth = (values: MaskValues | undefined, ...found: number[][]) => [
    ...truthOfMask(image(...found), 'mask.png', values),
  ];
  const v = (value: number) => [value, value, value];

  test('are 0 and 255, or 1, unless told', () => {
    expect(truth(undefined, v(0), v(255))).toEqual([0, 1]);
    expect(truth(undefined, v(0), v(1))).toEqual([0, 1]);
    expect(() => truth(undefined, v(0), v(2))).toThrow("--labels 'vessel=2 background=0'");
  });

  test('may be several classes, colours, and all others', () => {
    const values = { vessel: ['3', '#ff0000'], background: ['other'], ignored: ['128'] };
    expect(truth(values, v(3), [255, 0, 0], v(128), v(0), [1, 2, 3])).toEqual([
      1,
      1,
      IGNORED,
      0,
      0,
    ]);
    expect(() => truth({ ...none, vessel: ['3'] }, v(3), v(0), [9, 0, 0])).toThrow(
      /holds 3 values: .*#090000 .*expected those of --labels: vessel=3/,
    );
  });

  test('every map gives what it says, whatever the mask', () => {
    const value = fc.integer({ min: 0, max: 255 }).map(String);
    fc.assert(
      fc.property(
        fc.uniqueArray(value, { minLength: 1, maxLength: 8 }),
        fc.nat(8),
        fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 30 }),
        (named, cut, found) => {
          const vessel = named.slice(0, Math.max(1, cut));
          const ignored = named.slice(Math.max(1, cut));
          const values = { vessel, background: ['other'], ignored };
          expect(truth(values, ...found.map(v))).toEqual(
            found.map((one) =>
              vessel.includes(`${one}`) ? 1 : ignored.includes(`${one}`) ? IGNORED : 0,
            ),
          );
        },
      ),
    );
  });
});

describe('names', () => {
  test('pairs are doubtful where the numbers that tell files apart differ', () => {
    const names = (...numbers: number[]) => numbers.map((n) => `a/${n}_training.tif`);
    const masks = (...numbers: number[]) => numbers.map((n) => `b/0${n}_manual1.gif`);
    expect(doubtfulPairs(names(21, 22, 23), masks(21, 22, 23))).toEqual([]);
    expect(doubtfulPairs(names(21, 22, 23), masks(21, 23, 24))).toEqual([1, 2]);
    expect(doubtfulPairs(['one.png', 'two.png'], ['a.png', 'b.png'])).toEqual([]);
    expect(doubtfulPairs(['x1y2.png', 'x3.png'], ['m2.png', 'm4.png'])).toEqual([1]);
  });

  test('an id is a safe name of a file', () => {
    expect(idOfFile('a/scan (1).tif')).toBe('scan_1_');
    expect(idOfFile('.._x.png')).toBe('x');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(idOfFile(`${name}.png`)).toMatch(/^([A-Za-z0-9][A-Za-z0-9._-]*)?$/);
      }),
    );
  });
});

describe('the competition’s unsure outlines', () => {
  beforeEach(() => writeGoodFolder(folder));
  const truthOf = async (id: string, unsure?: 'ignored') => {
    const { tiles, tileSize } = await openDataset(folder, { unsure });
    return tileTruth(tiles.find((tile) => tile.id === id) as never, tileSize);
  };

  test('are background, or ignored where no vessel is', async () => {
    const unsure = { type: 'unsure', coordinates: [SQUARE.map(([x, y]) => [x + 4, y])] };
    const vessel = { type: 'blood_vessel', coordinates: [SQUARE] };
    await put('polygons.jsonl', `${JSON.stringify({ id: 'aa', annotations: [unsure, vessel] })}\n`);
    const plain = await truthOf('aa');
    const ignoring = await truthOf('aa', 'ignored');
    expect([...new Set(plain)]).toEqual([0, 1]);
    // 9 x 10 pixels of vessel; of the unsure ones the four columns beside them.
    expect([plain, ignoring].map((one) => one.filter((value) => value === 1).length)).toEqual([
      90, 90,
    ]);
    expect(ignoring.filter((value) => value === IGNORED)).toHaveLength(40);
    expect(ignoring.map((value) => Number(value === 1))).toEqual(plain);
  });
});
