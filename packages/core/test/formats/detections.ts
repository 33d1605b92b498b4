import { type Detection, detectInstances } from '@vascula/core';
import fc from 'fast-check';

export interface Found {
  readonly width: number;
  readonly height: number;
  readonly mask: Uint8Array;
  readonly detections: Detection[];
}

/** The instances of 8 neighbours of a picture drawn with `#`. */
export function found(...rows: string[]): Found {
  const width = rows[0].length;
  const mask = Uint8Array.from(rows.join(''), (pixel) => (pixel === '#' ? 1 : 0));
  return foundIn(mask, width, rows.length);
}

/** Masks of any size and density, and their instances. */
export const anyFound = fc
  .record({ width: fc.nat(16), height: fc.nat(16), share: fc.integer({ min: 0, max: 8 }) })
  .chain(({ width, height, share }) =>
    fc.array(fc.nat(7), { minLength: width * height, maxLength: width * height }).map((values) =>
      foundIn(
        Uint8Array.from(values, (value) => (value < share ? 1 : 0)),
        width,
        height,
      ),
    ),
  );

function foundIn(mask: Uint8Array, width: number, height: number): Found {
  const probability = Float32Array.from(mask, (pixel, at) => (pixel ? 0.6 + (at % 7) / 20 : 0.1));
  const detections = detectInstances(probability, width, height, {
    cutoff: 0.5,
    connectivity: 8,
  });
  return { width, height, mask, detections };
}
