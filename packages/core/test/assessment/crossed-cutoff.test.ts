import {
  addToRanking,
  binOf,
  crossedCutoff,
  dice,
  emptyRanking,
  IGNORED,
  iou,
  type Overlap,
  overlap,
  pool,
  randomStream,
  rankedPixels,
  threshold,
} from '@vascula/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

interface Map {
  readonly truth: Uint8Array;
  readonly probability: Float32Array;
}

/** Probabilities halfway between the candidates: none shares a bin with one. `shift` makes folds differ. */
function drawMap(seed: number, shift: number): Map {
  const random = randomStream(seed, 'map');
  const truth = Uint8Array.from({ length: 400 }, () =>
    random.chance(0.1) ? IGNORED : Number(random.chance(0.3)),
  );
  const probability = Float32Array.from(truth, (value) => {
    const centre = (value === 1 ? 0.55 : 0.3) + shift + random.uniform(-0.35, 0.35);
    return (Math.min(98, Math.max(0, Math.floor(100 * centre))) + 0.5) / 100;
  });
  return { truth, probability };
}

function rankedTile({ truth, probability }: Map) {
  const ranking = emptyRanking();
  addToRanking(ranking, probability, truth);
  return { ranked: rankedPixels(ranking), source: 1 };
}

const countsAt = (maps: readonly Map[], cutoff: number): Overlap[] =>
  maps.map(({ truth, probability }) => overlap(truth, threshold(probability, cutoff)));

/** All candidates tried one by one on the maps themselves. */
function bestOf(maps: readonly Map[]): number {
  const candidates = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
  const scores = candidates.map((cutoff) => dice(pool(countsAt(maps, cutoff))));
  const best = candidates.filter((_, at) => scores[at] === Math.max(...scores));
  return best[Math.floor(best.length / 2)] as number;
}

test('equals cutoffs tried on the maps, fold by fold', () => {
  const folds = [0, 0.1, -0.12].map((shift, fold) =>
    Array.from({ length: 3 - fold }, (_, at) => drawMap(10 * fold + at, shift)),
  );
  const crossed = crossedCutoff(
    folds.map((maps) => maps.map(rankedTile)),
    { seed: 1 },
  );
  const expected = folds.map((_, fold) => bestOf(folds.filter((_, at) => at !== fold).flat()));
  expect(crossed?.cutoffs).toEqual(expected);
  expect(new Set(expected).size).toBeGreaterThan(1);
  expect(crossed?.cutoff).toBe(bestOf(folds.flat()));
  const counts = folds.flatMap((maps, fold) => countsAt(maps, expected[fold] as number));
  const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  expect(crossed?.scores.pooledDice.value).toBeCloseTo(dice(pool(counts)), 12);
  expect(crossed?.scores.meanIou.value).toBeCloseTo(mean(counts.map(iou)), 12);
  const { low = 0, high = 0 } = crossed?.scores.pooledDice.byTile ?? {};
  expect(low).toBeLessThan(dice(pool(counts)));
  expect(high).toBeGreaterThan(dice(pool(counts)));
});

test('one fold, or one with tiles, has no others to choose by', () => {
  const tile = rankedTile(drawMap(1, 0));
  expect(crossedCutoff([[tile, tile]], { seed: 1 })).toBeUndefined();
  expect(crossedCutoff([[tile], []], { seed: 1 })).toBeUndefined();
});

test('tiles without vessel choose the middle, and score as empty ones do', () => {
  const empty = rankedTile({
    truth: new Uint8Array(100),
    probability: new Float32Array(100).fill(0.001),
  });
  const crossed = crossedCutoff([[empty], [empty]], { seed: 1 });
  expect(crossed?.cutoffs).toEqual([0.5, 0.5]);
  expect(crossed?.scores.meanIou.value).toBe(1);
});

test('bins rise with the probability, and are the ones that pixels are counted in', () => {
  const probability = fc.float({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(probability, probability, (a, b) => {
      if (a < b) expect(binOf(a)).toBeLessThanOrEqual(binOf(b));
      const ranking = emptyRanking();
      addToRanking(ranking, Float32Array.of(a), Uint8Array.of(1));
      expect(ranking.positives[binOf(a)]).toBe(1);
    }),
  );
});
