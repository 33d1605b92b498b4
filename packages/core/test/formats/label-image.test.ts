import { InputError, labelImage } from '@vascula/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyFound, found } from './detections.js';

it('the n-th instance is n, the background 0', () => {
  const { detections, width, height } = found('#.##', '#...', '..##');
  expect([...labelImage(detections, width, height)]).toEqual([1, 0, 2, 2, 1, 0, 0, 0, 0, 0, 3, 3]);
});

it('any instances: each pixel has the number of its own', () => {
  fc.assert(
    fc.property(anyFound, ({ detections, width, height, mask }) => {
      const labels = labelImage(detections, width, height);
      expect(Uint8Array.from(labels, (label) => Math.min(label, 1))).toEqual(mask);
      detections.forEach(({ area }, k) => {
        expect(labels.filter((label) => label === k + 1)).toHaveLength(area);
      });
    }),
  );
});

it('65535 instances fit, one more is refused', () => {
  const width = 131_073;
  const pixel = (x: number) => ({
    box: { x, y: 0, width: 1, height: 1 },
    mask: Uint8Array.of(1),
    area: 1,
  });
  const instances = Array.from({ length: 65_536 }, (_, k) => pixel(2 * k));
  expect(labelImage(instances.slice(0, -1), width, 1)[2 * 65_534]).toBe(65_535);
  expect(() => labelImage(instances, width, 1)).toThrow(InputError);
});
