import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestAndWorst, chosenTiles } from '../../dist/report/index.js';

const tile = (id: string, group: string, iou: number, vesselShare = 0.1) => ({
  id,
  group,
  iou,
  vesselShare,
});

test('tiles by chance come from every group, two at most, and only the seed decides', () => {
  const tiles = Array.from({ length: 20 }, (_, at) =>
    tile(`t${at}`, at < 15 ? '1/1' : at < 19 ? '1/2' : '2/10', at / 20),
  );
  const chosen = chosenTiles(tiles, 3);
  expect(chosen.map(({ group }) => group)).toEqual(['1/1', '1/1', '1/2', '1/2', '2/10']);
  expect(new Set(chosen).size).toBe(5);
  expect(chosenTiles(tiles, 3)).toEqual(chosen);
  const seeds = Array.from({ length: 20 }, (_, seed) => chosenTiles(tiles, seed)[0].id);
  expect(new Set(seeds).size).toBeGreaterThan(5);
});

test('the best are the highest with vessels, the worst the lowest, none is both', () => {
  const ious = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()));
  fc.assert(
    fc.property(ious, (given) => {
      const tiles = given.map(([iou, some], at) => tile(`${at}`, '1/1', iou, some ? 0.1 : 0));
      const { best, worst } = bestAndWorst(tiles);
      expect(new Set([...best, ...worst]).size).toBe(best.length + worst.length);
      expect(worst.length).toBe(Math.min(4, Math.floor(tiles.length / 2)));
      const sorted = tiles.map(({ iou }) => iou).sort((a, b) => a - b);
      expect(worst.map(({ iou }) => iou)).toEqual(sorted.slice(0, worst.length));
      for (const { iou, vesselShare } of best) {
        expect(vesselShare).toBeGreaterThan(0);
        for (const low of worst) expect(iou).toBeGreaterThanOrEqual(low.iou);
      }
    }),
  );
});

test('a single tile is neither best nor worst', () => {
  expect(bestAndWorst([tile('a', '1/1', 0.5)])).toEqual({ best: [], worst: [] });
});
