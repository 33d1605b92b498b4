import { readFileSync } from 'node:fs';
import { imageTensor } from '@vascula/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const cases: {
  height: number;
  width: number;
  multiple: number;
  image: number[];
  padded: number[];
}[] = JSON.parse(readFileSync(new URL('../fixtures/reflect-pad.json', import.meta.url), 'utf8'));

test.each(cases)('$width x $height to multiples of $multiple: numpy.pad, mode reflect', (one) => {
  const { height, width, multiple, image, padded } = one;
  const tensor = imageTensor({ data: Uint8Array.from(image), width, height }, multiple);
  const up = (size: number) => size + ((multiple - (size % multiple)) % multiple);
  expect(tensor.shape).toEqual([1, 3, up(height), up(width)]);
  expect([...(tensor.data as Float32Array)]).toEqual(padded);
});

test('the upper-left part is the image, whatever its size', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(1, 2, 4, 8, 16),
      fc.nat(),
      (width, height, multiple, seed) => {
        const data = Uint8Array.from(
          { length: width * height * 3 },
          (_, k) => (k * 37 + seed) % 256,
        );
        const tensor = imageTensor({ data, width, height }, multiple);
        const [, , rows, columns] = tensor.shape as [number, number, number, number];
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            for (let c = 0; c < 3; c++)
              expect(tensor.data[(c * rows + y) * columns + x]).toBe(data[(y * width + x) * 3 + c]);
      },
    ),
    { numRuns: 50 },
  );
});

test('an image of one pixel is repeated; one of another length is refused', () => {
  const tensor = imageTensor({ data: Uint8Array.of(1, 2, 3), width: 1, height: 1 }, 2);
  expect([...(tensor.data as Float32Array)]).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
  expect(() => imageTensor({ data: new Uint8Array(4), width: 1, height: 1 }, 2)).toThrow(
    'image of 4 values for 1 x 1 x 3',
  );
});
