import {
  allVariations,
  checkInstanceRule,
  cutoffVariation,
  type InstanceRule,
  LEAST_GAIN,
  notebookRule,
  type RuleVariation,
  searchRule,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** A search with the rules it asked about, each call by itself. */
async function search(
  variations: readonly RuleVariation[],
  score: (rule: InstanceRule) => number | null,
) {
  const asked: InstanceRule[][] = [];
  const found = await searchRule(notebookRule, variations, async (rules) => {
    asked.push([...rules]);
    return rules.map(score);
  });
  return { ...found, asked };
}

const [cutoffs] = [cutoffVariation([])];
const area: RuleVariation = {
  name: 'minimumArea',
  at: ({ minimumArea }) => minimumArea,
  of: (rule) => [0, 1, 2, 3, 4, 5, 6].map((minimumArea) => ({ ...rule, minimumArea })),
};

test('takes what scores best, but for noise: of such scores the first', async () => {
  const { rule, score, steps } = await search([area], ({ minimumArea }) =>
    minimumArea < 2 ? 0.5 : 0.7 + (minimumArea * LEAST_GAIN) / 8 - LEAST_GAIN / 4,
  );
  expect([rule, score]).toEqual([{ ...notebookRule, minimumArea: 2 }, expect.closeTo(0.7, 12)]);
  expect(steps).toEqual([{ changed: 'minimumArea', rule, score }]);
});

test('passes over what is worse than the best by more than noise', async () => {
  const { rule } = await search([area], ({ minimumArea }) => 0.5 + minimumArea * 1.5 * LEAST_GAIN);
  expect(rule.minimumArea).toBe(6);
});

test('changes nothing for a gain that is noise', async () => {
  const least = (gain: number) =>
    search([area], ({ minimumArea }) => 0.5 + (minimumArea === 6 ? gain : 0));
  expect((await least(LEAST_GAIN)).rule).toEqual(notebookRule);
  expect((await least(LEAST_GAIN + 1e-9)).rule.minimumArea).toBe(6);
});

test('sees values again that others were changed after, then those near by only', async () => {
  /** A least area of 2 serves once the cutoff is down, and of 1 before. */
  const { rule, asked } = await search([area, cutoffs], ({ low, minimumArea }) =>
    low < 0.5 ? 0.8 - Math.abs(minimumArea - 2) / 10 : minimumArea === 1 ? 0.3 : 0.2,
  );
  expect([rule.minimumArea, rule.low]).toEqual([2, 0.45]);
  const areas = asked.filter((rules) => new Set(rules.map((one) => one.minimumArea)).size > 1);
  expect(areas.map((rules) => rules.map((one) => one.minimumArea))).toEqual([
    [0, 1, 2, 3, 4, 5, 6],
    [0, 1, 2, 3],
    [0, 1, 2, 3, 4],
  ]);
});

test('without a score the rule stays', async () => {
  expect(await search([area], () => null)).toMatchObject({ rule: notebookRule, score: null });
});

describe('every rule that is tried makes sense, and the score never falls', () => {
  test.each(['iou', 'ap'] as const)('by %s', async (by) => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (seed, extra) => {
          const names = new Set<string>();
          const { steps, asked } = await search(
            allVariations(by, cutoffVariation([extra])),
            // Any function of the rule will do.
            (rule) => {
              const text = JSON.stringify({ ...rule, seed });
              let hash = 0;
              for (const sign of text) hash = (Math.imul(hash, 31) + sign.charCodeAt(0)) >>> 0;
              return hash / 2 ** 32;
            },
          );
          for (const rule of asked.flat()) checkInstanceRule(rule);
          let before = 0;
          for (const { score, changed } of steps) {
            expect(score).toBeGreaterThan(before);
            before = score as number;
            names.add(changed);
          }
          expect(names.has('sizeScale') && by === 'iou').toBe(false);
        },
      ),
      { numRuns: 30 },
    );
  });
});
