import {
  connectedComponents,
  fillPolygon,
  SYNTHETIC_SLIDES,
  type SyntheticSlide,
  syntheticTile,
} from '@vascula/core';
import { describe, expect, it } from 'vitest';

const SIZE = 256;

function tiles(count: number, seed = 7) {
  return Array.from({ length: count }, (_, item) =>
    syntheticTile({ seed, item, size: SIZE, slide: SYNTHETIC_SLIDES[item % 6] }),
  );
}

const sample = tiles(24);

const vesselRings = (tile: (typeof sample)[number]) =>
  tile.annotations.filter(({ type }) => type === 'blood_vessel').map((a) => a.coordinates[0]);

function rasterised(rings: readonly [number, number][][], size: number): Uint8Array {
  const mask = new Uint8Array(size * size);
  for (const ring of rings) fillPolygon(ring, size, size, mask);
  return mask;
}

describe('a synthetic tile', () => {
  it('is a function of its options alone, whatever was made before', () => {
    for (const item of [5, 3, 8, 0, 1, 2]) {
      const again = syntheticTile({ seed: 7, item, size: SIZE, slide: SYNTHETIC_SLIDES[item % 6] });
      expect(Buffer.compare(again.image, sample[item].image)).toBe(0);
      expect(Buffer.compare(again.vesselMask, sample[item].vesselMask)).toBe(0);
      expect(again.annotations).toEqual(sample[item].annotations);
    }
    const slide = SYNTHETIC_SLIDES[0];
    const otherSeed = syntheticTile({ seed: 8, item: 0, size: SIZE, slide });
    const otherItem = syntheticTile({ seed: 7, item: 6, size: SIZE, slide });
    expect(Buffer.compare(otherSeed.image, sample[0].image)).not.toBe(0);
    expect(Buffer.compare(otherItem.image, sample[0].image)).not.toBe(0);
  });

  it('has closed rings of whole pixels inside the tile', () => {
    for (const { annotations } of sample)
      for (const { coordinates } of annotations) {
        expect(coordinates).toHaveLength(1);
        const [ring] = coordinates;
        expect(ring.length).toBeGreaterThanOrEqual(4);
        expect(ring.at(-1)).toEqual(ring[0]);
        const values = ring.flat();
        expect(values.every((v) => Number.isInteger(v) && v >= 0 && v < SIZE)).toBe(true);
      }
  });

  it('has polygons that rasterise to exactly the pixels painted as vessel', () => {
    for (const tile of sample)
      expect(Buffer.compare(rasterised(vesselRings(tile), SIZE), tile.vesselMask)).toBe(0);
  });

  it('has one connected component for each vessel, also where it touches the border', () => {
    let atBorder = 0;
    const crowded = { ...SYNTHETIC_SLIDES[1], vesselShare: 0.5, emptyShare: 0 };
    const packed = Array.from({ length: 12 }, (_, item) =>
      syntheticTile({ seed: 4, item, size: SIZE, slide: crowded }),
    );
    for (const tile of [...sample, ...packed]) {
      const rings = vesselRings(tile);
      const { components } = connectedComponents(tile.vesselMask, SIZE, SIZE, 8);
      expect(components).toHaveLength(rings.length);
      atBorder += rings.filter((ring) => ring.flat().some((v) => v === 0 || v === SIZE - 1)).length;
    }
    expect(atBorder).toBeGreaterThan(5);
  });

  it('has the dark rim of a vessel right under its outline: two pixels off, it is brighter', () => {
    const sharp: SyntheticSlide = {
      ...SYNTHETIC_SLIDES[1],
      emptyShare: 0,
      stain: { ...SYNTHETIC_SLIDES[1].stain, blur: 0, noise: 0 },
    };
    let onRim = 0;
    let beside = 0;
    for (let item = 0; item < 6; item++) {
      const tile = syntheticTile({ seed: 1, item, size: SIZE, slide: sharp });
      const green = (shiftX: number, shiftY: number): number => {
        let sum = 0;
        let count = 0;
        for (const ring of vesselRings(tile))
          for (const [x, y] of ring) {
            if (Math.min(x, y) < 3 || Math.max(x, y) > SIZE - 4) continue;
            sum += tile.image[((y + shiftY) * SIZE + x + shiftX) * 3 + 1];
            count++;
          }
        return sum / count;
      };
      onRim += green(0, 0) / 6;
      for (const [x, y] of [
        [2, 0],
        [-2, 0],
        [0, 2],
        [0, -2],
      ])
        beside += green(x, y) / 24;
    }
    expect(onRim).toBeLessThan(beside - 25);
  });

  it('has glomeruli and unsure outlines too, and tiles without a vessel', () => {
    const types = new Set(sample.flatMap(({ annotations }) => annotations.map(({ type }) => type)));
    expect(types).toEqual(new Set(['blood_vessel', 'glomerulus', 'unsure']));
    const slide = { ...SYNTHETIC_SLIDES[0], emptyShare: 1 };
    const bare = syntheticTile({ seed: 1, item: 1, size: 128, slide });
    expect(vesselRings(bare)).toEqual([]);
    expect(bare.vesselMask.some((pixel) => pixel !== 0)).toBe(false);
  });

  it('is as dense in vessels as its slide asks', () => {
    for (const at of [1, 5]) {
      const slide = SYNTHETIC_SLIDES[at];
      let share = 0;
      for (let item = 0; item < 16; item++)
        for (const pixel of syntheticTile({ seed: 2, item, size: 192, slide }).vesselMask)
          share += pixel / (16 * 192 * 192);
      expect(share / slide.vesselShare).toBeGreaterThan(0.6);
      expect(share / slide.vesselShare).toBeLessThan(1.5);
    }
  });

  it('works from the smallest size on, and refuses others', () => {
    const slide = SYNTHETIC_SLIDES[3];
    for (const size of [32, 96]) {
      const { image, vesselMask } = syntheticTile({ seed: 1, item: 0, size, slide });
      expect([image.length, vesselMask.length]).toEqual([size * size * 3, size * size]);
    }
    for (const size of [0, 30, 65, 64.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => syntheticTile({ seed: 1, item: 0, size, slide })).toThrow(RangeError);
  });
});
