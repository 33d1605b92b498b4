import fc from 'fast-check';
import { expect, test } from 'vitest';
import { picturePath } from '../../dist/pages/index.js';

const png = new Uint8Array(1);

test('plain names are files of that name', () => {
  expect(picturePath({ name: '0006ff2aa7cd', png })).toBe('pictures/0006ff2aa7cd.png');
  expect(picturePath({ name: 'tile_1.a-b', jpeg: png })).toBe('pictures/tile_1.a-b.jpg');
});

test('other names become one harmless file each, the same as path and as URL', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
      const path = picturePath({ name, png });
      expect(path).toMatch(/^pictures\/[\w.~-]+\.png$/);
      expect(new URL(path, 'file:///page/index.html').pathname).toBe(`/page/${path}`);
      // Injective: the name can be read back.
      const bytes = path
        .slice('pictures/'.length, -'.png'.length)
        .replace(/[^~]|~(..)/g, (all, hex) => hex ?? all.charCodeAt(0).toString(16));
      expect(Buffer.from(bytes, 'hex').equals(Buffer.from(name))).toBe(true);
    }),
  );
});

test('exactly one encoding', () => {
  expect(() => picturePath({ name: 'a' })).toThrow('"a" has neither PNG nor JPEG');
  expect(() => picturePath({ name: 'a', png, jpeg: png })).toThrow('"a" has both PNG and JPEG');
});
