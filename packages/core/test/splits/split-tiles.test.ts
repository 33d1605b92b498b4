import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  InputError,
  neighboursAcrossSplit,
  randomStream,
  type SplitRule,
  type SplittableTile,
  splitTiles,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const rules: SplitRule[] = ['random', 'slide', 'position'];

/** A lattice of rows * columns tiles of 512, as a slide is cut. */
function lattice(source: string, rows: number, columns: number, dataset = '1'): SplittableTile[] {
  return Array.from({ length: rows * columns }, (_, k) => ({
    id: `${source}-${dataset}-${k}`,
    source,
    dataset,
    i: 512 * Math.floor(k / columns),
    j: 512 * (k % columns),
  }));
}

const anyTiles = fc
  .array(
    fc.record({
      source: fc.integer({ min: 1, max: 4 }),
      dataset: fc.integer({ min: 1, max: 2 }),
      i: fc.integer({ min: 0, max: 6 }).map((v) => v * 256),
      j: fc.integer({ min: 0, max: 6 }).map((v) => v * 256),
    }),
    { minLength: 12, maxLength: 60 },
  )
  .map((tiles) => tiles.map((tile, k) => ({ ...tile, id: `t${k}` })))
  .filter((tiles) => new Set(tiles.map((tile) => tile.source)).size > 1);

const split = (tiles: SplittableTile[], by: SplitRule, seed = 1, trainFraction = 0.8) =>
  splitTiles(tiles, { seed, trainFraction, by });

test.each(rules)('%s: every tile once, both sides, whatever the order of the tiles', (by) => {
  fc.assert(
    fc.property(anyTiles, fc.integer(), (tiles, seed) => {
      let result: ReturnType<typeof splitTiles>;
      try {
        result = split(tiles, by, seed);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        return by === 'position';
      }
      expect(split(randomStream(seed).shuffled(tiles), by, seed)).toEqual(result);
      expect(result.train.length).toBeGreaterThan(0);
      expect(result.validation.length).toBeGreaterThan(0);
      expect([...result.train, ...result.validation].sort()).toEqual(
        tiles.map((tile) => tile.id).sort(),
      );
      expect(result.train).toEqual(result.train.toSorted());
    }),
  );
});

describe('random', () => {
  const tiles = lattice('1', 23, 71);

  test('1633 tiles at 0.8 give 1306 and 327', () => {
    const { train, validation } = split(tiles, 'random');
    expect([train.length, validation.length]).toEqual([1306, 327]);
  });

  test('the seed decides, and 100 tiles at 0.29 give 29', () => {
    expect(split(tiles, 'random', 1)).toEqual(split(tiles, 'random', 1));
    expect(split(tiles, 'random', 1)).not.toEqual(split(tiles, 'random', 2));
    expect(split(tiles.slice(0, 100), 'random', 1, 0.29).train).toHaveLength(29);
  });

  test('every tile is as likely to be for validation', () => {
    const few = lattice('1', 1, 10);
    const counts = new Map(few.map((tile) => [tile.id, 0]));
    for (let seed = 0; seed < 1000; seed++)
      for (const id of split(few, 'random', seed).validation)
        counts.set(id, (counts.get(id) ?? 0) + 1);
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(51);
  });
});

describe('by slide', () => {
  test('slides stay whole, and no choice of slides is nearer to the fraction', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 7 });
    const fractions = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(sizes, fractions, fc.integer(), (slides, fraction, seed) => {
        const tiles = slides.flatMap((size, k) => lattice(`s${k}`, 1, size));
        const { train } = split(tiles, 'slide', seed, fraction);
        const chosen = slides.filter((_, k) => train.some((id) => id.startsWith(`s${k}-`)));
        const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
        expect(train).toHaveLength(sum(chosen));

        const wanted = fraction * tiles.length;
        const subsets = Array.from({ length: 2 ** slides.length }, (_, bits) =>
          sum(slides.filter((_, k) => (bits >> k) & 1)),
        ).slice(1, -1);
        const best = Math.min(...subsets.map((size) => Math.abs(size - wanted)));
        expect(Math.abs(train.length - wanted)).toBe(best);
      }),
    );
  });

  test('equal slides take turns from seed to seed', () => {
    const tiles = ['a', 'b', 'c', 'd', 'e'].flatMap((source) => lattice(source, 2, 2));
    const held = new Set<string>();
    for (let seed = 0; seed < 40; seed++)
      held.add(split(tiles, 'slide', seed).validation[0].slice(0, 1));
    expect(held.size).toBe(5);
  });

  test('a choice as far below the fraction as above it is left to the seed', () => {
    const tiles = [...lattice('a', 1, 3), ...lattice('b', 1, 1)];
    const lengths = [...Array(20).keys()].map((s) => split(tiles, 'slide', s, 0.5).train.length);
    expect(new Set(lengths)).toEqual(new Set([1, 3]));
  });

  test('one slide cannot be parted', () => {
    expect(() => split(lattice('a', 4, 4), 'slide')).toThrow(InputError);
    expect(() => split(lattice('a', 4, 4), 'slide')).toThrow(
      'split: a split by slide of 1 slide; expected tiles of two slides or more',
    );
  });
});

describe('by position', () => {
  test('the longer axis is cut once, at the fraction, at either end', () => {
    const tiles = lattice('a', 4, 10);
    const held = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const { validation } = split(tiles, 'position', seed);
      const columns = tiles.filter((t) => validation.includes(t.id)).map((t) => t.j / 512);
      held.add([...new Set(columns)].sort().join());
      expect(validation).toHaveLength(8);
    }
    expect(held).toEqual(new Set(['0,1', '8,9']));
  });

  test('each dataset of each slide is cut by itself', () => {
    const tiles = [
      ...lattice('a', 10, 2, '1'),
      ...lattice('a', 2, 10, '2'),
      ...lattice('b', 5, 5, '1'),
    ];
    const { validation } = split(tiles, 'position');
    const of = (prefix: string) => validation.filter((id) => id.startsWith(prefix)).length;
    expect([of('a-1'), of('a-2'), of('b-1')]).toEqual([4, 4, 5]);
  });

  test('groups too small to come nearer to the fraction are for training', () => {
    const tiles = [...lattice('a', 1, 2), ...lattice('b', 1, 1), ...lattice('c', 1, 3)];
    expect(split(tiles, 'position').validation).toHaveLength(1);
    expect(() => split(tiles.slice(0, 3), 'position')).toThrow(
      'split: 3 tiles by position at a train fraction of 0.8 leave none for validation',
    );
  });

  test('tiles of one row or column are never parted by the cut', () => {
    fc.assert(
      fc.property(anyTiles, fc.integer(), (tiles, seed) => {
        const one = tiles.map((tile) => ({ ...tile, source: 1, dataset: 1 }));
        const { train, validation } = split([...one, ...lattice('z', 1, 5)], 'position', seed);
        const lines = (axis: 'i' | 'j', ids: string[]) =>
          new Set(one.filter((t) => ids.includes(t.id)).map((t) => t[axis]));
        const clean = (['i', 'j'] as const).some((axis) =>
          [...lines(axis, train)].every((line) => !lines(axis, validation).has(line)),
        );
        expect(clean).toBe(true);
      }),
    );
  });
});

describe('neighbours across the split', () => {
  test('as counted by comparing every pair', () => {
    fc.assert(
      fc.property(anyTiles, fc.integer(), fc.constantFrom(256, 512, 300), (tiles, seed, size) => {
        const result = split(tiles, 'random', seed);
        const of = (ids: string[]) => tiles.filter((tile) => ids.includes(tile.id));
        const expected = of(result.validation).filter((v) =>
          of(result.train).some(
            (t) =>
              t.source === v.source && Math.max(Math.abs(t.i - v.i), Math.abs(t.j - v.j)) <= size,
          ),
        ).length;
        expect(neighboursAcrossSplit(tiles, result, size)).toBe(expected);
      }),
    );
  });

  test('a cut leaves only the tiles along it, whole slides none, a random split nearly all', () => {
    const tiles = ['a', 'b', 'c', 'd', 'e'].flatMap((source) => lattice(source, 4, 10));
    const count = (by: SplitRule) => neighboursAcrossSplit(tiles, split(tiles, by), 512);
    expect(count('slide')).toBe(0);
    expect(count('position')).toBe(5 * 4);
    expect(count('random')).toBe(40);
  });

  test('a split of other tiles is refused', () => {
    expect(() => neighboursAcrossSplit([], { train: ['x'], validation: [] }, 512)).toThrow(
      'the split names x',
    );
  });
});

describe('what cannot be split', () => {
  test.each([0, 1, -0.5, Number.NaN])('a fraction of %s', (fraction) => {
    expect(() => split(lattice('a', 2, 2), 'random', 1, fraction)).toThrow(InputError);
  });

  test('no tiles, one tile, a fraction that leaves a side empty, an id that appears twice', () => {
    expect(() => split([], 'random')).toThrow('0 tiles by random');
    expect(() => split(lattice('a', 1, 1), 'random')).toThrow('two at least are needed');
    expect(() => split(lattice('a', 2, 2), 'random', 1, 0.2)).toThrow('leave none for training');
    const [tile] = lattice('a', 1, 1);
    expect(() => split([tile, tile], 'random')).toThrow('id: tile a-1-0 appears twice');
  });
});

const metadata = `${process.env.VASCULA_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url))}/hubmap/tile_meta.csv`;
const found = existsSync(metadata);

test.skipIf(!found)(
  `the competition's 1633 labelled tiles${found ? '' : ': skipped, no data folder'}`,
  () => {
    const tiles = readFileSync(metadata, 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(','))
      .filter(([, , dataset]) => dataset !== '3')
      .map(([id, source, dataset, i, j]) => ({ id, source, dataset, i: Number(i), j: Number(j) }));
    const [random, slide, position] = rules.map((by) => split(tiles, by));
    expect([random.train.length, random.validation.length]).toEqual([1306, 327]);
    // Slide 4 is nearest to a fifth.
    expect([slide.train.length, slide.validation.length]).toEqual([1362, 271]);
    expect(position.train.length / 1633).toBeGreaterThan(0.77);
    expect(position.train.length / 1633).toBeLessThan(0.83);
    const groups = new Set(
      tiles
        .filter((tile) => position.validation.includes(tile.id))
        .map((tile) => `${tile.dataset}/${tile.source}`),
    );
    expect(groups.size).toBe(6);

    expect(neighboursAcrossSplit(tiles, random, 512)).toBeGreaterThan(320);
    expect(neighboursAcrossSplit(tiles, slide, 512)).toBe(0);
    expect(neighboursAcrossSplit(tiles, position, 512)).toBeLessThan(115);
  },
);
