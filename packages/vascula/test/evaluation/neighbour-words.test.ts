import { headlineNames, type MetricEstimate, type NeighbourDifference } from '@vascula/core';
import { describe, expect, test } from 'vitest';
import { neighbourSentences, neighbourWarning } from '../../dist/evaluation/index.js';

const all = (estimate: MetricEstimate) =>
  Object.fromEntries(
    headlineNames.map((name) => [name, estimate]),
  ) as NeighbourDifference['difference'];
const value = (one: number | null): MetricEstimate => ({ value: one, byTile: null, bySlide: null });

function difference(
  [beside, apart]: readonly [number, number],
  byTile: readonly [number, number] | null,
  [many, few]: readonly [number, number] = [40, 20],
): NeighbourDifference {
  return {
    beside: { images: many, slides: 4, headlines: all(value(beside)) },
    apart: { images: few, slides: 4, headlines: all(value(apart)) },
    difference: all({
      value: beside - apart,
      byTile: byTile && { low: byTile[0], high: byTile[1] },
      bySlide: null,
    }),
  };
}

describe('what the difference means', () => {
  test('beside higher, with an interval above 0', () => {
    const [numbers, meaning] = neighbourSentences(difference([0.7, 0.6], [0.02, 0.19]));
    expect(numbers).toBe(
      '40 tiles beside training tiles: mean IoU 0.700; 20 tiles apart from them: 0.600. ' +
        'A difference of +0.100 (95 %, by tile +0.020 to +0.190).',
    );
    expect(meaning).toContain('the lower number is nearer to what new tissue would score');
    expect(numbers).not.toContain('mostly chance');
    expect(meaning).toContain('only a run whose split is by slide shows');
  });

  test('beside lower, and an interval that holds 0', () => {
    const lower = neighbourSentences(difference([0.5, 0.6], [-0.19, -0.02]));
    expect(lower[0]).toContain('A difference of −0.100 (95 %, by tile −0.190 to −0.020)');
    expect(lower[1]).toContain('score lower');
    const none = neighbourSentences(difference([0.61, 0.6], [-0.05, 0.07]));
    expect(none[1]).toContain('The interval holds 0');
  });

  test('few tiles, one tile, no other tile', () => {
    const few = neighbourSentences(difference([0.7, 0.6], [0.02, 0.19], [40, 9]));
    expect(few[0]).toContain('+0.190): with 9 tiles on a side mostly chance.');
    const one = neighbourSentences(difference([0.7, 0.6], null, [40, 1]));
    expect(one[0]).toContain(
      '1 tile apart from them: 0.600. A difference of +0.100: with 1 tile on a side mostly chance.',
    );
    expect(one[1]).toContain('One tile is too few for an interval');
    const apart = { images: 0, slides: 0, headlines: all(value(null)) };
    const none = { ...difference([0.7, 0.6], null), apart, difference: all(value(null)) };
    expect(neighbourSentences(none)).toEqual([
      expect.stringContaining('All validation tiles lie beside training tiles'),
    ]);
  });
});

test('a split whose sides lie apart is not warned of', () => {
  const split = { train: ['a'], validation: ['b', 'c'], neighbours: 0 };
  expect(neighbourWarning(split)).toBeUndefined();
  expect(neighbourWarning({ ...split, neighbours: 2 })).toContain('2 of 2 validation tiles');
});
