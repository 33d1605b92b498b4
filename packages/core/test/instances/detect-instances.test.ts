import { decodeRle, detectInstances, encodeRle } from '@vascula/core';
import { describe, expect, it } from 'vitest';
import { readFixture } from '../packed-mask.js';

interface Case {
  readonly width: number;
  readonly height: number;
  readonly thousandths: number[];
  readonly cutoff: number;
  readonly connectivity: 4 | 8;
  readonly detections: { readonly row: number[]; readonly counts: number[] }[];
}

describe('detectInstances equals OpenCV and NumPy', () => {
  for (const { width, height, thousandths, cutoff, connectivity, detections } of readFixture<
    Case[]
  >('detections.json'))
    it(`${width} x ${height} above ${cutoff}, ${connectivity} neighbours`, () => {
      const probability = Float32Array.from(thousandths, (value) => value / 1000);
      const found = detectInstances(probability, width, height, { cutoff, connectivity });
      expect(found.length).toBe(detections.length);
      found.forEach(({ box, mask, area, confidence }, k) => {
        const [x, y, boxWidth, boxHeight, expectedArea, expectedConfidence] = detections[k].row;
        expect(box).toEqual({ x, y, width: boxWidth, height: boxHeight });
        expect(area).toBe(expectedArea);
        expect(confidence).toBeCloseTo(expectedConfidence, 12);
        expect(encodeRle(mask, width, height, box)).toEqual(detections[k].counts);
      });
      const union = new Uint8Array(width * height);
      for (const { counts } of detections)
        decodeRle(counts, width, height).forEach((value, at) => {
          union[at] |= value;
        });
      expect(union.filter((value) => value === 1).length).toBe(
        found.reduce((sum, { area }) => sum + area, 0),
      );
    });
});

describe('detectInstances', () => {
  const options = { cutoff: 0.8, connectivity: 8 } as const;

  it('takes only what is greater than the cutoff, as float32, and no NaN', () => {
    const probability = Float32Array.from([0.8, 0.80001, Number.NaN, 1]);
    const found = detectInstances(probability, 4, 1, options);
    expect(found.map(({ box }) => box.x)).toEqual([1, 3]);
  });

  it('finds nothing in nothing', () => {
    expect(detectInstances(new Float32Array(0), 0, 0, options)).toEqual([]);
    expect(detectInstances(new Float32Array(6), 3, 2, options)).toEqual([]);
  });

  it('leaves a neighbour within the box out of the mask', () => {
    // An L around one pixel.
    const probability = Float32Array.from([1, 0, 0.9, 1, 0, 0, 1, 1, 1]);
    const [around, within] = detectInstances(probability, 3, 3, options);
    expect([...around.mask]).toEqual([1, 0, 0, 1, 0, 0, 1, 1, 1]);
    expect(within).toEqual({
      box: { x: 2, y: 0, width: 1, height: 1 },
      mask: Uint8Array.from([1]),
      area: 1,
      confidence: Math.fround(0.9),
    });
  });

  it('refuses a map of another size', () => {
    expect(() => detectInstances(new Float32Array(5), 3, 2, options)).toThrow(
      'probability of 5 pixels for width 3 x height 2 = 6',
    );
  });
});
