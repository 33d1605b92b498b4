import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  foldTiles,
  groupBy,
  InputError,
  neighboursAcrossSplit,
  randomStream,
  type SplitRule,
  type SplittableTile,
  type TileSplit,
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
      source: fc.integer({ min: 1, max: 6 }),
      dataset: fc.integer({ min: 1, max: 2 }),
      i: fc.integer({ min: 0, max: 6 }).map((v) => v * 256),
      j: fc.integer({ min: 0, max: 6 }).map((v) => v * 256),
    }),
    { maxLength: 60 },
  )
  .map((tiles) => tiles.map((tile, k) => ({ ...tile, id: `t${k}` })));

const anyRequest = fc.record({
  tiles: anyTiles,
  folds: fc.integer({ min: 2, max: 7 }),
  seed: fc.integer(),
  by: fc.constantFrom(...rules),
});

/** The folds, or nothing where there are too few tiles, slides or strips. */
function folded(
  tiles: readonly SplittableTile[],
  request: { folds: number; seed: number; by: SplitRule },
): TileSplit[] | undefined {
  try {
    return foldTiles(tiles, request);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return undefined;
  }
}

const sizes = (splits: readonly TileSplit[]) => splits.map(({ validation }) => validation.length);
const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);

test('every tile in exactly one validation fold, and trained on in all others', () => {
  let made = 0;
  fc.assert(
    fc.property(anyRequest, ({ tiles, ...request }) => {
      const splits = folded(tiles, request);
      if (splits === undefined) return;
      made++;
      const ids = tiles.map(({ id }) => id).sort();
      expect(splits).toHaveLength(request.folds);
      expect(splits.flatMap(({ validation }) => validation).sort()).toEqual(ids);
      for (const { train, validation } of splits) {
        expect(validation.length).toBeGreaterThan(0);
        expect([...train, ...validation].sort()).toEqual(ids);
        expect(train).toEqual(train.toSorted());
        expect(validation).toEqual(validation.toSorted());
      }
    }),
    { numRuns: 400 },
  );
  expect(made).toBeGreaterThan(150);
});

test('the seed decides, and the order of the tiles does not', () => {
  fc.assert(
    fc.property(anyRequest, ({ tiles, ...request }) => {
      const shuffled = randomStream(request.seed).shuffled(tiles);
      expect(folded(shuffled, request)).toEqual(folded(tiles, request));
    }),
  );
  const tiles = ['a', 'b', 'c', 'd'].flatMap((source) => lattice(source, 5, 5));
  for (const by of rules) {
    const results = [1, 2, 3, 4].map((seed) =>
      JSON.stringify(foldTiles(tiles, { seed, folds: 3, by })),
    );
    expect(new Set(results).size, by).toBeGreaterThan(1);
  }
});

test('folds are refused only where one would have to be empty', () => {
  fc.assert(
    fc.property(anyRequest, ({ tiles, ...request }) => {
      const { folds, by } = request;
      const slides = new Set(tiles.map(({ source }) => source)).size;
      const splits = folded(tiles, request);
      if (by === 'random') expect(splits !== undefined).toBe(tiles.length >= folds);
      if (by === 'slide') expect(splits !== undefined).toBe(slides >= folds);
      if (by === 'position') {
        const lines = groupBy(tiles, ['source', 'dataset']).map(({ rows: group }) => {
          const [rows, columns] = [group.map(({ i }) => i), group.map(({ j }) => j)];
          return new Set(spread(rows) >= spread(columns) ? rows : columns).size;
        });
        const strips = lines.reduce((sum, count) => sum + Math.min(count, folds), 0);
        expect(splits !== undefined).toBe(strips >= folds);
      }
    }),
    { numRuns: 300 },
  );
});

describe('random', () => {
  test('sizes differ by one tile at most', () => {
    fc.assert(
      fc.property(anyTiles, fc.integer({ min: 2, max: 9 }), fc.integer(), (tiles, folds, seed) => {
        fc.pre(tiles.length >= folds);
        expect(spread(sizes(foldTiles(tiles, { seed, folds, by: 'random' })))).toBeLessThan(2);
      }),
    );
  });

  test('every tile is as likely in each fold', () => {
    const tiles = lattice('a', 1, 7);
    const counts = new Map(tiles.map(({ id }) => [id, 0]));
    for (let seed = 0; seed < 1200; seed++)
      for (const id of foldTiles(tiles, { seed, folds: 3, by: 'random' })[0].validation)
        counts.set(id, (counts.get(id) ?? 0) + 1);
    // Which fold has three of the seven is drawn too: a third each; 5 standard errors.
    for (const count of counts.values()) expect(Math.abs(count - 400)).toBeLessThan(82);
  });
});

describe('by slide', () => {
  const manySlides = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 7 });

  test('slides stay whole', () => {
    fc.assert(
      fc.property(anyTiles, fc.integer({ min: 2, max: 4 }), fc.integer(), (tiles, folds, seed) => {
        const splits = folded(tiles, { seed, folds, by: 'slide' });
        for (const { train, validation } of splits ?? []) {
          const slides = (ids: string[]) =>
            new Set(tiles.filter(({ id }) => ids.includes(id)).map(({ source }) => source));
          expect([...slides(train)].filter((slide) => slides(validation).has(slide))).toEqual([]);
        }
      }),
    );
  });

  test('the largest fold is within 4/3 of the best there is, and sizes within a slide', () => {
    fc.assert(
      fc.property(
        manySlides,
        fc.integer({ min: 2, max: 3 }),
        fc.integer(),
        (slides, folds, seed) => {
          fc.pre(slides.length >= folds);
          const tiles = slides.flatMap((size, k) => lattice(`s${k}`, 1, size));
          const found = sizes(foldTiles(tiles, { seed, folds, by: 'slide' }));
          let best = Number.POSITIVE_INFINITY;
          for (let choice = 0; choice < folds ** slides.length; choice++) {
            const loads = new Array<number>(folds).fill(0);
            slides.forEach((size, k) => {
              loads[Math.floor(choice / folds ** k) % folds] += size;
            });
            best = Math.min(best, Math.max(...loads));
          }
          expect(Math.max(...found)).toBeLessThanOrEqual((4 / 3 - 1 / (3 * folds)) * best + 1e-9);
          expect(spread(found)).toBeLessThanOrEqual(Math.max(...slides));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('as many folds as slides hold out one each; more are refused', () => {
    const tiles = ['a', 'b', 'c'].flatMap((source, k) => lattice(source, 1, k + 1));
    const splits = foldTiles(tiles, { seed: 1, folds: 3, by: 'slide' });
    expect(sizes(splits).sort()).toEqual([1, 2, 3]);
    expect(() => foldTiles(tiles, { seed: 1, folds: 4, by: 'slide' })).toThrow(
      'folds: 4 folds by slide of 6 tiles of 3 slides leave one without a tile; expected as many slides as folds, or more. Make fewer folds, or fold by another rule.',
    );
  });
});

describe('by position', () => {
  test('each fold has one strip of a slide’s dataset, and no row or column is parted', () => {
    fc.assert(
      fc.property(anyTiles, fc.integer({ min: 2, max: 5 }), fc.integer(), (tiles, folds, seed) => {
        const splits = folded(tiles, { seed, folds, by: 'position' });
        if (splits === undefined) return;
        const foldOf = new Map(
          splits.flatMap(({ validation }, fold) => validation.map((id) => [id, fold])),
        );
        const groups = new Map<string, SplittableTile[]>();
        for (const tile of tiles) {
          const key = `${tile.source} ${tile.dataset}`;
          groups.set(key, [...(groups.get(key) ?? []), tile]);
        }
        for (const group of groups.values()) {
          const isCut = (axis: 'i' | 'j') => {
            const along = group.toSorted((a, b) => a[axis] - b[axis]);
            const lines = new Map<number, Set<number>>();
            for (const { id, [axis]: at } of group)
              lines.set(at, (lines.get(at) ?? new Set()).add(foldOf.get(id) as number));
            const strips = along.filter(
              ({ id }, k) => k === 0 || foldOf.get(along[k - 1].id) !== foldOf.get(id),
            ).length;
            const used = new Set(group.map(({ id }) => foldOf.get(id))).size;
            return [...lines.values()].every(({ size }) => size === 1) && strips === used;
          };
          expect(isCut('i') || isCut('j')).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a lattice is cut across its longer side into equal strips, each slide by itself', () => {
    const tiles = [...lattice('a', 4, 10), ...lattice('b', 15, 3)];
    const splits = foldTiles(tiles, { seed: 3, folds: 5, by: 'position' });
    expect(sizes(splits)).toEqual([17, 17, 17, 17, 17]);
    const of = (source: string, axis: 'i' | 'j') =>
      splits.map(({ validation }) => {
        const lines = tiles
          .filter(({ id }) => id.startsWith(source) && validation.includes(id))
          .map((tile) => tile[axis] / 512);
        return [...new Set(lines)].sort((a, b) => a - b).join();
      });
    expect(of('a', 'j').sort()).toEqual(['0,1', '2,3', '4,5', '6,7', '8,9']);
    expect(of('b', 'i').sort()).toEqual(['0,1,2', '12,13,14', '3,4,5', '6,7,8', '9,10,11']);
  });

  test('slides too small for a strip in every fold are shared out', () => {
    const tiles = Array.from({ length: 6 }, (_, k) => lattice(`s${k}`, 1, 2)).flat();
    expect(sizes(foldTiles(tiles, { seed: 1, folds: 4, by: 'position' }))).toEqual([3, 3, 3, 3]);
    const uneven = (row: number) => [
      ...lattice('a', 1, 10).map((tile) => ({ ...tile, i: 512 * row, j: 0 })),
      ...lattice('b', 3, 1).map((tile) => ({ ...tile, source: 'a', i: tile.i + 512 })),
    ];
    // Of 10, 1, 1 and 1 tiles no strip is left empty.
    for (const row of [0, 4])
      expect(
        sizes(foldTiles(uneven(row), { seed: 1, folds: 4, by: 'position' })).sort((a, b) => a - b),
      ).toEqual([1, 1, 1, 10]);
    expect(() => foldTiles(lattice('a', 2, 2), { seed: 1, folds: 3, by: 'position' })).toThrow(
      'expected as many rows or columns of tiles as folds, or more',
    );
  });
});

test.each([0, 1, 2.5, -3, Number.NaN, Number.POSITIVE_INFINITY])(
  '%s folds are refused',
  (folds) => {
    expect(() => foldTiles(lattice('a', 2, 2), { seed: 1, folds, by: 'random' })).toThrow(
      'expected a whole number of folds from 2',
    );
  },
);

test('what cannot be folded: fewer tiles than folds, however many; a tile that appears twice', () => {
  expect(() => foldTiles(lattice('a', 1, 1), { seed: 1, folds: 1e12, by: 'random' })).toThrow(
    '1000000000000 folds by random of 1 tile of 1 slide leave one without a tile',
  );
  const [tile] = lattice('a', 1, 1);
  expect(() => foldTiles([tile, tile], { seed: 1, folds: 2, by: 'random' })).toThrow(
    'id: tile a-1-0 appears twice',
  );
});

const metadata = `${process.env.VASCULA_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url))}/hubmap/tile_meta.csv`;
const found = existsSync(metadata);

test.skipIf(!found)(
  `the competition's 1633 labelled tiles in 4 folds${found ? '' : ': skipped, no data folder'}`,
  () => {
    const tiles = readFileSync(metadata, 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(','))
      .filter(([, , dataset]) => dataset !== '3')
      .map(([id, source, dataset, i, j]) => ({ id, source, dataset, i: Number(i), j: Number(j) }));
    const [random, slide, position] = rules.map((by) =>
      foldTiles(tiles, { seed: 1, folds: 4, by }),
    );
    expect(sizes(random).sort()).toEqual([408, 408, 408, 409]);
    expect(sizes(slide).sort()).toEqual([271, 410, 445, 507]);
    expect(spread(sizes(position))).toBeLessThan(30);
    for (const split of slide) expect(neighboursAcrossSplit(tiles, split, 512)).toBe(0);
    for (const split of random)
      expect(neighboursAcrossSplit(tiles, split, 512)).toBeGreaterThan(390);
    for (const split of position)
      expect(neighboursAcrossSplit(tiles, split, 512)).toBeLessThan(200);
  },
);
