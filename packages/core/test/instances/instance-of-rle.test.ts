import { decodeRle, encodeRle, InputError, instanceOfRle } from '@vascula/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyMask } from '../masks.js';

test('its mask on its box is the mask of the whole image, and the box is tight', () => {
  fc.assert(
    fc.property(anyMask(9), ({ width, height, mask }) => {
      const {
        box,
        mask: cropped,
        area,
      } = instanceOfRle(encodeRle(mask, width, height), width, height);
      expect(area).toBe(mask.reduce((sum, pixel) => sum + pixel, 0));
      expect(cropped).toHaveLength(box.width * box.height);
      const whole = new Uint8Array(width * height);
      cropped.forEach((pixel, at) => {
        const row = Math.floor(at / box.width);
        if (pixel === 1) whole[(box.y + row) * width + box.x + at - row * box.width] = 1;
      });
      expect(whole).toEqual(mask);
      const rows = Array.from(mask.keys()).filter((at) => mask[at] === 1);
      if (area === 0) return;
      expect(box.y).toBe(Math.floor(rows[0] / width));
      expect(box.x).toBe(Math.min(...rows.map((at) => at % width)));
      expect(box.x + box.width - 1).toBe(Math.max(...rows.map((at) => at % width)));
      expect(box.y + box.height - 1).toBe(Math.max(...rows.map((at) => Math.floor(at / width))));
    }),
    { numRuns: 500 },
  );
});

test('runs of 0 pixels do no harm, and a run over the end of a column wraps', () => {
  const counts = [0, 0, 3, 0, 0, 4, 0, 0, 5];
  const whole = decodeRle(counts, 3, 4);
  const { box, mask } = instanceOfRle(counts, 3, 4);
  expect(box).toEqual({ x: 0, y: 0, width: 2, height: 4 });
  for (let row = 0; row < 4; row++)
    expect([...mask.slice(2 * row, 2 * row + 2), 0]).toEqual([
      ...whole.slice(3 * row, 3 * row + 3),
    ]);
});

test('an empty mask is an instance of nothing; counts of another size are refused', () => {
  const box = { x: 0, y: 0, width: 0, height: 0 };
  expect(instanceOfRle([12], 3, 4)).toEqual({ box, mask: new Uint8Array(0), area: 0 });
  expect(() => instanceOfRle([11], 3, 4)).toThrow(InputError);
});
