import { readFileSync } from 'node:fs';
import { type Recolouring, recolour, sameColours } from '@vascula/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const fixture: { image: number[]; cases: { change: Recolouring; image: number[] }[] } = JSON.parse(
  readFileSync(new URL('../fixtures/recolour.json', import.meta.url), 'utf8'),
);

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, k) => Math.max(most, Math.abs(value - b[k])), 0);

function recoloured(image: ArrayLike<number>, change: Recolouring): Float32Array {
  const copy = Float32Array.from(image);
  recolour(copy, change);
  return copy;
}

test.each(fixture.cases.map((one) => [JSON.stringify(one.change), one] as const))(
  'against NumPy: %s',
  (_, { change, image }) => {
    expect(furthest(recoloured(fixture.image, change), image)).toBeLessThan(2e-4);
  },
);

test('no change is none; stains that stay as they are, within rounding', () => {
  const image = Float32Array.from(fixture.image);
  expect(recoloured(image, sameColours)).toEqual(image);
  const stain = { scale: [1, 1, 1], shift: [0, 0, 0] } as const;
  expect(furthest(recoloured(image, { ...sameColours, stain }), image)).toBeLessThan(1e-4);
});

test('values stay from 0 to 255 whatever is asked for', () => {
  const factor = fc.double({ min: 0.1, max: 10, noNaN: true });
  const shift = fc.double({ min: -1, max: 1, noNaN: true });
  const triple = <T>(one: fc.Arbitrary<T>) => fc.tuple(one, one, one);
  fc.assert(
    fc.property(
      fc.record({
        gamma: factor,
        brightness: factor,
        saturation: factor,
        contrast: factor,
        stain: fc.record({ scale: triple(factor), shift: triple(shift) }),
      }),
      (change) => {
        const image = recoloured(fixture.image, change);
        expect(image.every((value) => value >= 0 && value <= 255)).toBe(true);
      },
    ),
  );
});
