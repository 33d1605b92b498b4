import { type Calibration, type InstanceRule, notebookRule } from '../instances/index.js';
import { groupBy } from '../tables/index.js';
import { calibrationOf } from './calibration-of.js';
import type { Objective } from './objective.js';
import { type Gain, gainOver, outOfFoldMetric } from './out-of-fold.js';
import type { OutcomeStore } from './outcome-store.js';
import type { RuleTile } from './rule-tile.js';
import { type RuleVariation, slideVariations } from './rule-values.js';
import { searchRule } from './search-rule.js';

/** Tiles of a (dataset, source) from which on a rule of their own is looked for. */
export const LEAST_OF_SLIDE = 8;

/** A rule for the tiles of one (dataset, source) alone. */
export interface SlideRule {
  readonly rule: InstanceRule;
  readonly calibration: Calibration | null;
  /** On the tiles chosen on. */
  readonly score: number | null;
  /** Of the score of all tiles, out of fold, by giving these their own rule; null where undefined. */
  readonly outOfFold: Gain | null;
  /** Whether it is to be used: the interval of the gain lies above 0. */
  readonly used: boolean;
}

/** What rules score on the tiles of one (dataset, source), chosen on them too. */
export interface SlideChoice {
  readonly dataset: number;
  readonly source: number;
  readonly tiles: number;
  readonly notebook: number | null;
  /** Of the rule chosen on all tiles. */
  readonly chosen: number | null;
  /** Null where there are too few tiles, or the slide is the only one. */
  readonly own: SlideRule | null;
}

/** Where rules are chosen, and what was chosen for all slides together. */
export interface WholeChoice {
  readonly by: Objective;
  readonly seed: number;
  readonly tiles: readonly RuleTile[];
  readonly store: OutcomeStore;
  readonly folds: readonly (readonly number[])[];
  readonly cutoffs: RuleVariation;
  readonly rule: InstanceRule;
  /** The rules chosen without each fold. */
  readonly without: readonly InstanceRule[];
}

/**
 * Looks for rules of each (dataset, source) by itself, from the rule of all: cutoff, least area, dilation
 * and size. Scored out of fold as all tiles are, with the own rule for these tiles and the common one for
 * the others: one is used only where the gain of the whole is above 0 beyond the chance of the tiles.
 */
export async function chooseBySlide(
  whole: WholeChoice,
  hooks: { searched?(): void } = {},
): Promise<SlideChoice[]> {
  const { by, store, tiles } = whole;
  const groups = groupBy(
    tiles.map(({ dataset, source }, index) => ({ dataset, source, index })),
    ['dataset', 'source'],
  );
  const choices: SlideChoice[] = [];
  for (const { key, rows } of groups) {
    const on = rows.map(({ index }) => index);
    const [notebook, chosen] = await store.scores(by, [notebookRule, whole.rule], on);
    const isAlone = groups.length === 1 || on.length < LEAST_OF_SLIDE;
    const own = isAlone ? null : await slideRule(whole, on, hooks);
    choices.push({ ...key, tiles: on.length, notebook, chosen, own });
  }
  return choices;
}

async function slideRule(
  { by, seed, tiles, store, folds, cutoffs, rule: common, without }: WholeChoice,
  on: readonly number[],
  hooks: { searched?(): void },
): Promise<SlideRule> {
  const variations = slideVariations(by, cutoffs);
  const search = async (start: InstanceRule, where: readonly number[]) => {
    const found = await searchRule(start, variations, (rules) => store.scores(by, rules, where));
    hooks.searched?.();
    return found;
  };
  const { rule, score } = await search(common, on);
  const owns: InstanceRule[] = [];
  for (const [k, fold] of folds.entries()) {
    const rest = on.filter((tile) => !fold.includes(tile));
    owns.push((await search(without[k], rest)).rule);
  }
  const before = await outOfFoldMetric(by, store, folds, (fold) => without[fold]);
  const after = await outOfFoldMetric(by, store, folds, (fold, tile) =>
    on.includes(tile) ? owns[fold] : without[fold],
  );
  const outOfFold = gainOver(tiles.length, before, after, seed);
  return {
    rule,
    calibration: calibrationOf(await store.outcomes(rule, on)),
    score,
    outOfFold,
    used: (outOfFold?.interval?.low ?? 0) > 0,
  };
}
