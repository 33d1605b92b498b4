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

/** A value is changed for a greater gain only: what is less is noise, and the simpler rule stays. */
export const LEAST_GAIN = 0.001;

/** Later rounds see values again that others were changed after; two settle nearly all of them. */
const ROUNDS = 3;

/**
 * Coordinate search: one value of the rule after the other takes what scores best with the others as they
 * are, as long as a round changes something, three at most. The score never falls, and the result depends
 * on nothing but the scores.
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
    for (const { name, of } of variations) {
      const candidates = of(rule);
      const found = await scores(candidates);
      let best = -1;
      candidates.forEach((_, k) => {
        if ((found[k] ?? 0) > (found[best] ?? 0)) best = k;
      });
      const gained = found[best] ?? 0;
      if (!(gained > score + LEAST_GAIN)) continue;
      rule = candidates[best];
      score = gained;
      steps.push({ changed: name, rule, score });
    }
  }
  return { rule, score, steps };
}
