import {
  connectedComponents,
  type Detection,
  dilateInstances,
  fillPolygon,
  findInstances,
  type Instance,
  insideShare,
  instanceIou,
  notebookRule,
  splitInstance,
  suppressDuplicates,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyMask } from '../masks.js';

const componentsOf = (mask: Uint8Array, width: number, height: number): Instance[] =>
  findInstances(Float32Array.from(mask), width, height, notebookRule);

/** The instance on the whole image. */
function onImage({ box, mask }: Instance, width: number, height: number): Uint8Array {
  const image = new Uint8Array(width * height);
  mask.forEach((value, at) => {
    image[(box.y + Math.floor(at / box.width)) * width + box.x + (at % box.width)] = value;
  });
  return image;
}

const onlyOne = (mask: Uint8Array, width: number, height: number): Instance => {
  const found = componentsOf(mask, width, height);
  expect(found.length).toBe(1);
  return found[0];
};

function discs(width: number, height: number, ...circles: [x: number, y: number, r: number][]) {
  return Uint8Array.from({ length: width * height }, (_, at) =>
    circles.some(([x, y, r]) => Math.hypot((at % width) - x, Math.floor(at / width) - y) <= r)
      ? 1
      : 0,
  );
}

describe('splitInstance', () => {
  it('parts two discs that overlap at the neck, and leaves one alone', () => {
    const both = onlyOne(discs(40, 20, [10, 9, 8], [25, 9, 8]), 40, 20);
    const parts = splitInstance(both, 40, 20, 1, 8);
    expect(parts.length).toBe(2);
    // The neck is at columns 17 and 18: each disc's own side of it is its part.
    expect(parts[0].box.x + parts[0].box.width).toBeLessThanOrEqual(19);
    expect(parts[1].box.x).toBeGreaterThanOrEqual(17);
    expect(splitInstance(both, 40, 20, 5, 8)).toEqual([both]);
    const one = onlyOne(discs(40, 20, [10, 9, 8]), 40, 20);
    expect(splitInstance(one, 40, 20, 1, 8)).toEqual([one]);
  });

  it('takes what the border cuts to go on', () => {
    const across = new Uint8Array(30 * 7);
    fillPolygon(
      [
        [0, 1],
        [29, 1],
        [29, 5],
        [0, 5],
      ],
      30,
      7,
      across,
    );
    expect(splitInstance(onlyOne(across, 30, 7), 30, 7, 1 / 16, 8).length).toBe(1);
    const full = new Uint8Array(30 * 7).fill(1);
    expect(splitInstance(onlyOne(full, 30, 7), 30, 7, 1, 8).length).toBe(1);
  });

  it('divides the pixels into connected parts', () => {
    fc.assert(
      fc.property(anyMask(12), ({ mask, width, height }) => {
        for (const whole of componentsOf(mask, width, height)) {
          const union = new Uint8Array(width * height);
          for (const part of splitInstance(whole, width, height, 1 / 16, 8)) {
            const image = onImage(part, width, height);
            expect(connectedComponents(image, width, height, 8).count).toBe(1);
            image.forEach((value, at) => {
              union[at] += value;
            });
          }
          expect(union).toEqual(onImage(whole, width, height));
        }
      }),
    );
  });
});

describe('dilateInstances', () => {
  it('gives each pixel within the radius to the nearest instance, of equally near ones to the first', () => {
    fc.assert(
      fc.property(
        anyMask(9),
        fc.constantFrom(0, 1, 1.5, 3, 40),
        ({ mask, width, height }, radius) => {
          const instances = componentsOf(mask, width, height).reverse();
          const grown = dilateInstances(instances, width, height, radius);
          expect(grown.length).toBe(instances.length);
          const before = instances.map((one) => onImage(one, width, height));
          const after = grown.map((one) => onImage(one, width, height));
          for (let at = 0; at < mask.length; at++) {
            let owner = -1;
            let nearest = radius * radius;
            before.forEach((image, k) => {
              for (let to = 0; to < image.length; to++) {
                if (image[to] === 0) continue;
                const across = (to % width) - (at % width);
                const down = Math.floor(to / width) - Math.floor(at / width);
                const squared = across ** 2 + down ** 2;
                if (squared < nearest || (squared === nearest && owner === -1)) {
                  nearest = squared;
                  owner = k;
                }
              }
            });
            expect(after.findIndex((image) => image[at] === 1)).toBe(owner);
            expect(after.filter((image) => image[at] === 1).length).toBe(owner === -1 ? 0 : 1);
          }
        },
      ),
    );
  });
});

describe('insideShare', () => {
  it('is the share of the pixels in the region', () => {
    const [one] = componentsOf(Uint8Array.from([0, 1, 1, 0, 1, 1]), 3, 2);
    expect(insideShare(one, Uint8Array.from([1, 1, 0, 1, 0, 0]), 3)).toBe(0.25);
    expect(insideShare(one, new Uint8Array(6).fill(1), 3)).toBe(1);
  });
});

describe('instanceIou', () => {
  it('is that of the masks on the image', () => {
    fc.assert(
      fc.property(anyMask(8), fc.infiniteStream(fc.nat(1)), ({ mask, width, height }, bits) => {
        const other = mask.map(() => bits.next().value as number);
        for (const a of componentsOf(mask, width, height))
          for (const b of componentsOf(other, width, height)) {
            const imageB = onImage(b, width, height);
            let common = 0;
            onImage(a, width, height).forEach((value, at) => {
              common += value & imageB[at];
            });
            expect(instanceIou(a, b)).toBe(common / (a.area + b.area - common));
          }
      }),
    );
  });
});

describe('suppressDuplicates', () => {
  /** Pixels `from` to `to` of one row. */
  const span = (from: number, to: number, confidence: number): Detection => ({
    box: { x: from, y: 0, width: to - from, height: 1 },
    mask: new Uint8Array(to - from).fill(1),
    area: to - from,
    confidence,
  });

  it('keeps the most confident of each crowd, in the order given', () => {
    const weak = span(0, 10, 0.5);
    const strong = span(2, 12, 0.9);
    const apart = span(30, 40, 0.1);
    // IoU of the first two: 8 / 12.
    expect(suppressDuplicates([weak, apart, strong], 0.6)).toEqual([apart, strong]);
    expect(suppressDuplicates([weak, apart, strong], 8 / 12)).toEqual([weak, apart, strong]);
    expect(suppressDuplicates([weak, weak, weak], 1).length).toBe(3);
  });

  it('lets what is suppressed suppress nothing, and keeps the first of equals', () => {
    const chain = [span(0, 10, 0.9), span(3, 13, 0.8), span(6, 16, 0.7)];
    expect(suppressDuplicates(chain, 0.5)).toEqual([chain[0], chain[2]]);
    const equals = [span(0, 10, 0.5), span(1, 11, 0.5)];
    expect(suppressDuplicates(equals, 0.5)).toEqual([equals[0]]);
  });
});
