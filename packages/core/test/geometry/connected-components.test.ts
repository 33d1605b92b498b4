import { connectedComponents, countComponents } from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFixture, unpackMask } from '../packed-mask.js';

interface Labelled {
  readonly labels: number[];
  readonly stats: [x: number, y: number, width: number, height: number, area: number][];
}
interface Case {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly mask: string;
  readonly '4': Labelled;
  readonly '8': Labelled;
}

const image = fc
  .tuple(fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 14 }))
  .chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      mask: fc.uint8Array({ min: 0, max: 1, minLength: width * height, maxLength: width * height }),
    }),
  );

describe('connectedComponents equals cv2.connectedComponentsWithStats', () => {
  for (const { name, width, height, mask, ...expected } of readFixture<Case[]>(
    'connected-components.json',
  ))
    for (const connectivity of [4, 8] as const)
      it(`${name}, ${connectivity} neighbours`, () => {
        const pixels = unpackMask(mask, width * height);
        const found = connectedComponents(pixels, width, height, connectivity);
        expect(countComponents(pixels, width, height, connectivity)).toBe(found.count);
        const { labels, stats } = expected[connectivity];
        expect([...found.labels]).toEqual(labels);
        expect(found.count).toBe(stats.length);
        expect(
          found.components.map(({ area, box }) => [box.x, box.y, box.width, box.height, area]),
        ).toEqual(stats);
        expect(found.components.map(({ label }) => label)).toEqual(stats.map((_, k) => k + 1));
      });
});

describe('connectedComponents', () => {
  it('has no components where there are no pixels', () => {
    for (const [width, height] of [
      [0, 0],
      [5, 0],
      [0, 5],
    ])
      for (const connectivity of [4, 8] as const)
        expect(connectedComponents(new Uint8Array(0), width, height, connectivity)).toEqual({
          labels: new Int32Array(0),
          count: 0,
          components: [],
        });
  });

  it('labels the foreground and nothing else, neighbours alike, areas adding up', () => {
    fc.assert(
      fc.property(image, fc.constantFrom(4, 8), ({ mask, width, height }, connectivity) => {
        const { labels, count, components } = connectedComponents(
          mask,
          width,
          height,
          connectivity,
        );
        expect(labels.every((label, at) => label > 0 === (mask[at] !== 0))).toBe(true);
        expect(components.reduce((sum, { area }) => sum + area, 0)).toBe(
          mask.filter((value) => value !== 0).length,
        );
        expect(new Set(labels.filter((label) => label > 0)).size).toBe(count);
        const steps =
          connectivity === 4
            ? [
                [1, 0],
                [0, 1],
              ]
            : [
                [1, 0],
                [0, 1],
                [1, 1],
                [-1, 1],
              ];
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            for (const [dx, dy] of steps) {
              if (x + dx < 0 || x + dx >= width || y + dy >= height) continue;
              const here = labels[y * width + x];
              const there = labels[(y + dy) * width + x + dx];
              if (here > 0 && there > 0) expect(there).toBe(here);
            }
      }),
    );
  });

  it('with 4 neighbours refines the partition with 8', () => {
    fc.assert(
      fc.property(image, ({ mask, width, height }) => {
        const four = connectedComponents(mask, width, height, 4);
        const eight = connectedComponents(mask, width, height, 8);
        expect(four.count).toBeGreaterThanOrEqual(eight.count);
        const coarse = new Map<number, number>();
        four.labels.forEach((label, at) => {
          const known = coarse.get(label) ?? eight.labels[at];
          expect(eight.labels[at]).toBe(known);
          coarse.set(label, known);
        });
      }),
    );
  });

  it('takes any value but 0 as foreground', () => {
    expect([...connectedComponents(Uint8Array.from([255, 0, 7]), 3, 1, 4).labels]).toEqual([
      1, 0, 2,
    ]);
  });

  it('refuses a mask of another size', () => {
    expect(() => connectedComponents(new Uint8Array(5), 3, 2, 8)).toThrow(
      'mask of 5 pixels for width 3 x height 2 = 6',
    );
  });
});
