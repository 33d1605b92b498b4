import type { InstanceRule } from '../instances/index.js';
import type { RuleVariation } from './rule-values.js';

/** A rule by its score. */
export interface ScoredRule {
  readonly rule: InstanceRule;
  /** Null where it is undefined. */
  readonly score: number | null;
}

/** A value that was changed, and the rule with it. */
export interface SearchStep extends ScoredRule {
  readonly changed: RuleVariation['name'];
}

export interface RuleSearch extends ScoredRule {
  readonly steps: readonly SearchStep[];
}

/**
 * What is less is noise: a value is changed for a greater gain only, and of values that score within it of
 * the best, that is taken which is nearest to the notebook's.
 */
export const LEAST_GAIN = 0.001;

/** Later rounds see values again that others were changed after; two settle nearly all of them. */
const ROUNDS = 3;

/** How far later rounds look: so many values up and down. */
const REACH = 2;

/**
 * Coordinate search: one value of the rule after the other takes what scores best with the others as they
 * are (but for `LEAST_GAIN`), as long as a round changes something, three at most. The first round tries
 * all values, later ones those near by. The score never falls, and the result depends on nothing but the
 * scores.
 *
 * @param scores of several rules, each null where it is undefined: then the rule to start from stays
 */
export async function searchRule(
  start: InstanceRule,
  variations: readonly RuleVariation[],
  scores: (rules: readonly InstanceRule[]) => Promise<readonly (number | null)[]>,
): Promise<RuleSearch> {
  let [score] = await scores([start]);
  if (score === null) return { rule: start, score, steps: [] };
  let rule = start;
  const steps: SearchStep[] = [];
  for (let round = 0, before = -1; round < ROUNDS && before !== steps.length; round++) {
    before = steps.length;
    for (const variation of variations) {
      const candidates = round === 0 ? variation.of(rule) : nearby(variation, rule);
      const found = await scores(candidates);
      const best = Math.max(...found.map((one) => one ?? 0));
      const enough = Math.max(score + LEAST_GAIN, best - LEAST_GAIN);
      const taken = found.findIndex((one) => one !== null && one > enough);
      if (taken === -1) continue;
      rule = candidates[taken];
      score = found[taken] as number;
      steps.push({ changed: variation.name, rule, score });
    }
  }
  return { rule, score, steps };
}

/** The candidates whose value is among the next ones above and below. */
function nearby({ of, at }: RuleVariation, rule: InstanceRule): InstanceRule[] {
  const candidates = of(rule);
  const values = [...new Set([rule, ...candidates].map(at))].sort((a, b) => a - b);
  const here = values.indexOf(at(rule));
  const near = values.slice(Math.max(here - REACH, 0), here + REACH + 1);
  return candidates.filter((candidate) => near.includes(at(candidate)));
}
