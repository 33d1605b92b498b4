import { readFileSync } from 'node:fs';
import {
  FormatError,
  float32,
  int64,
  readSafetensors,
  type Tensor,
  writeSafetensors,
} from '@vascula/autograd';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** A file with this header, honest about its length unless told otherwise. */
function file(header: unknown, data = 0, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (shape: unknown, offsets: unknown, dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: offsets,
});

describe('round trip', () => {
  const shape = fc.array(fc.nat(3), { maxLength: 3 });
  const tensor: fc.Arbitrary<Tensor> = shape.chain((shape) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const bytes = (width: number) =>
      fc.uint8Array({ minLength: count * width, maxLength: count * width }).map((b) => b.buffer);
    return fc.oneof(
      bytes(4).map((b): Tensor => ({ type: 'float32', shape, data: new Float32Array(b) })),
      bytes(8).map((b): Tensor => ({ type: 'float64', shape, data: new Float64Array(b) })),
      bytes(8).map((b): Tensor => ({ type: 'int64', shape, data: new BigInt64Array(b) })),
      bytes(4).map((b): Tensor => ({ type: 'int32', shape, data: new Int32Array(b) })),
      bytes(1).map((b): Tensor => ({ type: 'uint8', shape, data: new Uint8Array(b) })),
      bytes(1).map((b): Tensor => ({ type: 'int8', shape, data: new Int8Array(b) })),
    );
  });
  const bytesOf = ({ data }: Tensor) =>
    Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));

  test('reading what was written gives the same tensors, bit for bit', () => {
    const name = fc.string({ unit: 'grapheme' }).filter((s) => !/^__(metadata|proto)__$/.test(s));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, tensor), { maxLength: 5 }),
        fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { noNullPrototype: true }),
        (pairs, metadata) => {
          const tensors = new Map(pairs);
          const read = readSafetensors(writeSafetensors(tensors, metadata));
          expect(new Set(read.tensors.keys())).toEqual(new Set(tensors.keys()));
          expect(read.metadata).toEqual(metadata);
          for (const [name, { type, shape, data }] of tensors) {
            const found = read.tensors.get(name) as Tensor;
            expect([found.type, found.shape]).toEqual([type, shape]);
            expect(bytesOf(found)).toEqual(bytesOf({ type, shape, data }));
          }
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  test('every tensor starts at a multiple of its element size', () => {
    const flags: Tensor = { type: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) };
    const bytes = writeSafetensors(
      new Map([
        ['flags', flags],
        ['weights', float32([2], [1, 2])],
        ['step', int64([7])],
      ]),
    );
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(length % 8).toBe(0);
    expect(header.step.data_offsets).toEqual([0, 8]);
    expect(header.weights.data_offsets).toEqual([8, 16]);
    expect(header.flags.data_offsets).toEqual([16, 19]);
  });

  test('the file may lie anywhere in its buffer', () => {
    const bytes = writeSafetensors(new Map([['w', float32([2], [1.5, -2])]]));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const { tensors } = readSafetensors(shifted.subarray(3));
    expect(tensors.get('w')).toEqual(float32([2], [1.5, -2]));
  });
});

test('a file written by Python', () => {
  const path = new URL('../../core/test/fixtures/fcn.safetensors', import.meta.url);
  const { tensors, metadata } = readSafetensors(readFileSync(path));
  expect(metadata.generator).toMatch(/^PyTorch/);
  expect(tensors.get('level1.conv1.weight')?.shape).toEqual([2, 3, 3, 3]);
  expect(tensors.get('loss')?.shape).toEqual([]);
  const mask = tensors.get('mask')?.data as Float32Array;
  expect(new Set(mask)).toEqual(new Set([0, 1]));
  const losses = tensors.get('after3/losses')?.data as Float32Array;
  expect(losses[0]).toBe(tensors.get('loss')?.data[0]);
});

describe('attacks are refused with a FormatError', () => {
  const whole = writeSafetensors(new Map([['w', float32([2, 2], [1, 2, 3, 4])]]));
  const attacks: Record<string, Uint8Array> = {
    'an empty file': new Uint8Array(0),
    'seven bytes': new Uint8Array(7),
    'a header longer than the file': file({}, 0, 100n),
    'a header of 2^63 bytes': file({}, 0, 2n ** 63n),
    'a header of 0 bytes': file('', 4),
    'a header that is not JSON': file('{"w":'),
    'a header that is not UTF-8': file('{}').map((b) => (b === 0x7b ? 0xff : b)),
    'a header that is an array': file([]),
    'a header that is null': file('null'),
    'an entry that is null': file({ w: null }),
    'an entry without a type': file({ w: { shape: [], data_offsets: [0, 4] } }, 4),
    'an unknown type': file({ w: entry([], [0, 2], 'F9') }, 2),
    'a negative size': file({ w: entry([-1], [0, 4]) }, 4),
    'a fractional size': file({ w: entry([0.5, 2], [0, 4]) }, 4),
    'a size that is no number': file({ w: entry(['1'], [0, 4]) }, 4),
    'sizes whose product overflows': file({ w: entry([2 ** 40, 2 ** 40], [0, 4]) }, 4),
    'sizes whose product overflows, times 0': file({ w: entry([2 ** 40, 2 ** 40, 0], [0, 0]) }),
    'sizes whose bytes overflow': file({ w: entry([2 ** 52], [0, 2 ** 53 - 1]) }),
    'a shape larger than its bytes': file({ w: entry([2], [0, 4]) }, 4),
    'a shape smaller than its bytes': file({ w: entry([1], [0, 8]) }, 8),
    'offsets beyond the file': file({ w: entry([1000], [0, 4000]) }, 4),
    'offsets backwards': file({ w: entry([1], [4, 0]) }, 4),
    'three offsets': file({ w: entry([1], [0, 4, 8]) }, 4),
    'overlapping tensors': file({ a: entry([2], [0, 8]), b: entry([1], [4, 8]) }, 8),
    'two tensors in one place': file({ a: entry([1], [0, 4]), b: entry([1], [0, 4]) }, 4),
    'a gap in front': file({ w: entry([1], [4, 8]) }, 8),
    'a gap between': file({ a: entry([1], [0, 4]), b: entry([1], [8, 12]) }, 12),
    'bytes left over': file({ w: entry([1], [0, 4]) }, 5),
    'a file cut short': whole.subarray(0, whole.length - 1),
  };
  test.each(Object.entries(attacks))('%s', (_, bytes) => {
    expect(() => readSafetensors(bytes)).toThrow(FormatError);
  });

  const inherited = ['constructor', 'toString', 'hasOwnProperty', '__proto__'];
  test.each(inherited)('the type "%s", which every object has', (dtype) => {
    const bytes = file({ w: entry([0], [0, 0], dtype) });
    expect(() => readSafetensors(bytes)).toThrow(FormatError);
    expect(() => readSafetensors(bytes)).toThrow(/unknown type/);
  });

  test.each([null, 'a', 1, ['a'], { a: 1 }, { a: null }, { a: { b: 'c' } }])(
    'metadata %j',
    (metadata) => {
      const bytes = file({ __metadata__: metadata });
      expect(() => readSafetensors(bytes)).toThrow(FormatError);
      expect(() => readSafetensors(bytes)).toThrow(/metadata/);
    },
  );

  test('a tensor may be called __proto__ without reaching a prototype', () => {
    const header = '{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    const { tensors } = readSafetensors(file(header, 4));
    expect([...tensors.keys()]).toEqual(['__proto__']);
  });

  test('flipping any byte of the header gives a FormatError or a file of equal size', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 17), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = whole.slice();
        bytes[at] = (bytes[at] as number) ^ flip;
        try {
          const { tensors } = readSafetensors(bytes);
          expect([...tensors.values()].reduce((sum, t) => sum + t.data.byteLength, 0)).toBe(16);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('what cannot be read back is not written', () => {
  const one = float32([1], [1]);
  test.each(['__proto__', '__metadata__'])('a tensor named %s', (name) => {
    expect(() => writeSafetensors(new Map([[name, one]]))).toThrow(RangeError);
    expect(() => writeSafetensors(new Map([[name, one]]))).toThrow(name);
  });

  test('a tensor with more or fewer elements than its shape says', () => {
    const short: Tensor = { type: 'float32', shape: [3], data: new Float32Array(2) };
    expect(() => writeSafetensors(new Map([['w', short]]))).toThrow(
      new RangeError('tensor "w" of shape [3] holds 2 elements, expected 3'),
    );
  });
});
