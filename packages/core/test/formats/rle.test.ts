import {
  decodeBinaryMask,
  decodeRle,
  encodeBinaryMask,
  encodeRle,
  InputError,
  MAX_MASK_PIXELS,
  packRle,
  rleFromString,
  rleToString,
  unpackRle,
} from '@vascula/core';
import fc from 'fast-check';
import { zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readFixture, unpackMask } from '../packed-mask.js';

interface Case {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly counts: number[];
  readonly string: string;
  readonly encoded: string;
  readonly mask?: string;
}

const cases = readFixture<Case[]>('coco-rle.json');
const image = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), fc.nat(16))
  .chain(([width, height, density]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      mask: fc
        .array(fc.nat(16), { minLength: width * height, maxLength: width * height })
        .map((values) => Uint8Array.from(values, (value) => (value < density ? 1 : 0))),
    }),
  );

function packed(text: string): string {
  return Buffer.from(zlibSync(Buffer.from(text))).toString('base64');
}

function faultOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  throw new Error('nothing was thrown');
}

describe('COCO run lengths equal their definition', () => {
  for (const { name, width, height, counts, string, encoded, mask } of cases)
    it(name, () => {
      expect(rleToString(counts)).toBe(string);
      expect(rleFromString(string)).toEqual(counts);
      expect(unpackRle(encoded, width, height)).toEqual(counts);
      expect(unpackRle(packRle(counts), width, height)).toEqual(counts);
      if (mask === undefined) return;
      const pixels = unpackMask(mask, width * height);
      expect(encodeRle(pixels, width, height)).toEqual(counts);
      expect(decodeRle(counts, width, height)).toEqual(pixels);
      expect(decodeBinaryMask(encoded, width, height)).toEqual(pixels);
    });
});

it('reads the golden row of the competition', () => {
  const counts = [513, 2, 510, 2, 261117];
  const encoded = 'eNoLTDAwyrM3yI/PMwcAE94DZA==';
  expect(rleFromString('Q`02n?0o_n7')).toEqual(counts);
  expect(rleToString(counts)).toBe('Q`02n?0o_n7');
  expect(unpackRle(encoded, 512, 512)).toEqual(counts);
  const mask = decodeBinaryMask(encoded, 512, 512);
  const on = [...mask.keys()].filter((at) => mask[at] === 1);
  // [column, row] of the four pixels.
  expect(on.map((at) => [at % 512, Math.floor(at / 512)])).toEqual([
    [1, 1],
    [2, 1],
    [1, 2],
    [2, 2],
  ]);
  expect(unpackRle(encodeBinaryMask(mask, 512, 512), 512, 512)).toEqual(counts);
});

describe('round trips', () => {
  it('decode(encode(mask)) = mask, as runs, string and binary mask', () => {
    fc.assert(
      fc.property(image, ({ mask, width, height }) => {
        const counts = encodeRle(mask, width, height);
        expect(counts.slice(1).every((count) => count > 0)).toBe(true);
        expect(decodeRle(counts, width, height)).toEqual(mask);
        expect(rleFromString(rleToString(counts))).toEqual(counts);
        const text = encodeBinaryMask(mask, width, height);
        expect(Buffer.from(text, 'base64').toString('base64')).toBe(text);
        expect(decodeBinaryMask(text, width, height)).toEqual(mask);
      }),
    );
  });

  it('keeps any run lengths through the string', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(MAX_MASK_PIXELS)), (counts) => {
        expect(rleFromString(rleToString(counts))).toEqual(counts);
      }),
    );
  });

  it('fits the densest and the most ragged masks in the bound it inflates to', () => {
    for (const side of [1, 2, 33, 64])
      for (const on of [
        (at: number) => at % 2,
        (at: number) => (at % 19 === 0 ? 1 : 0),
        (at: number) => (Math.floor(Math.sqrt(at)) % 2 === 0 ? 1 : 0),
        () => 1,
      ]) {
        const mask = Uint8Array.from({ length: side * side }, (_, at) => on(at));
        expect(decodeBinaryMask(encodeBinaryMask(mask, side, side), side, side)).toEqual(mask);
      }
  });

  it('encodes a mask within a box as the whole image would be', () => {
    fc.assert(
      fc.property(image, fc.nat(5), fc.nat(5), fc.nat(5), fc.nat(5), (inner, l, r, t, b) => {
        const width = inner.width + l + r;
        const height = inner.height + t + b;
        const whole = new Uint8Array(width * height);
        inner.mask.forEach((value, at) => {
          const row = Math.floor(at / inner.width);
          whole[(t + row) * width + l + (at % inner.width)] = value;
        });
        const box = { x: l, y: t, width: inner.width, height: inner.height };
        expect(encodeRle(inner.mask, width, height, box)).toEqual(encodeRle(whole, width, height));
      }),
    );
  });

  it('accepts runs of no pixels', () => {
    expect([...decodeRle([0, 1, 0, 2, 1, 0], 2, 2)]).toEqual([1, 1, 1, 0]);
  });
});

describe('malformed run lengths are InputErrors', () => {
  it.each([
    [[3], 'run lengths sum to 3; expected height 2 x width 2 = 4'],
    [[], 'run lengths sum to 0; expected height 2 x width 2 = 4'],
    [[2, 3], 'run lengths sum to 5; expected height 2 x width 2 = 4'],
    [[5, -1], 'run length 1 is -1; expected a whole number, 0 or more'],
    [[3.5, 0.5], 'run length 0 is 3.5; expected a whole number, 0 or more'],
    [[4, Number.NaN], 'run length 1 is NaN; expected a whole number, 0 or more'],
  ])('%j', (counts, message) => {
    expect(faultOf(() => decodeRle(counts, 2, 2))).toBe(message);
  });

  it('sizes that are none, or too large to take memory for', () => {
    expect(faultOf(() => decodeRle([4], 2.5, 2))).toBe(
      'width: 2.5; expected a whole number, 0 or more',
    );
    expect(faultOf(() => decodeRle([4], 2, -2))).toBe(
      'height: -2; expected a whole number, 0 or more',
    );
    expect(faultOf(() => decodeRle([1e10], 1e5, 1e5))).toBe(
      'a mask of height 100000 x width 100000 = 10000000000 pixels; expected at most 268435456',
    );
  });
});

describe('malformed strings are InputErrors', () => {
  it.each([
    ['4/', `character "/" at 1; expected characters from '0' to 'o'`],
    ['4p', `character "p" at 1; expected characters from '0' to 'o'`],
    ['4é', `character "é" at 1; expected characters from '0' to 'o'`],
    ['4Q', 'the number at 1 is cut short; expected a last group below 32'],
    ['PPPPPPP0', 'the number at 0 is too long; expected at most 7 characters'],
    ['O', 'run length 0 is -1; expected a number from 0 to 268435456'],
    ['111N', 'run length 3 is -1; expected a number from 0 to 268435456'],
    ['PPPPPP?', 'run length 0 is 16106127360; expected a number from 0 to 268435456'],
  ])('%s', (text, problem) => {
    expect(faultOf(() => rleFromString(text))).toBe(`malformed COCO run-length string: ${problem}`);
  });

  it('any text at all is read or refused by an InputError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        try {
          rleFromString(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });
});

describe('malformed binary masks are InputErrors', () => {
  const good = packed('13');
  it.each([
    ['', 'zlib stream of 0 bytes; expected at least 8'],
    ['abc', 'base64 of 3 characters; expected a multiple of 4'],
    ['ab c', `character " " at 2 is not base64; expected A-Z, a-z, 0-9, +, / and = at the end`],
    ['a=bc', `character "=" at 1 is not base64; expected A-Z, a-z, 0-9, +, / and = at the end`],
    ['abcé', `character "é" at 3 is not base64; expected A-Z, a-z, 0-9, +, / and = at the end`],
    ['AB==', 'base64 has bits beyond its last byte; expected zeros there'],
    ['AAAAAAAAAAAAAAAA', 'malformed zlib stream: invalid zlib data'],
    [packed(''), 'no run lengths; expected at least one'],
    [packed('5'), 'run lengths sum to 5; expected height 2 x width 2 = 4'],
    [packed('01'.repeat(50)), 'zlib stream inflates to too much; expected at most 6 bytes'],
    [packed('A'.repeat(2 ** 20)), 'zlib stream inflates to too much; expected at most 6 bytes'],
  ])('%s', (text, message) => {
    expect(faultOf(() => unpackRle(text, 2, 2))).toBe(message);
  });

  it('a stored block that does not fit', () => {
    const stored = Buffer.from(zlibSync(Buffer.alloc(100, '0'), { level: 0 })).toString('base64');
    expect(faultOf(() => unpackRle(stored, 2, 2))).toMatch(/zlib stream/);
  });

  it('a stream with any byte changed or cut, or too large a size', () => {
    const bytes = Buffer.from(good, 'base64');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] ^= 0x41;
      faultOf(() => unpackRle(changed.toString('base64'), 2, 2));
      faultOf(() => unpackRle(bytes.subarray(0, at).toString('base64'), 2, 2));
    }
    faultOf(() => unpackRle(good, 2 ** 15, 2 ** 14));
    expect(unpackRle(good, 2, 2)).toEqual([1, 3]);
  });
});

describe('programming errors are RangeErrors', () => {
  it('a mask of another size, a box that leaves the image, a count that is none', () => {
    expect(() => encodeRle(new Uint8Array(5), 3, 2)).toThrow(
      'mask of 5 pixels for width 3 x height 2 = 6',
    );
    expect(() => encodeRle(new Uint8Array(4), 3, 3, { x: 2, y: 0, width: 2, height: 2 })).toThrow(
      'box of 2 x 2 at [2, 0] leaves an image of 3 x 3',
    );
    expect(() => rleToString([1, -2])).toThrow(RangeError);
    expect(() => rleToString([2 ** 28 + 1])).toThrow(RangeError);
  });
});
