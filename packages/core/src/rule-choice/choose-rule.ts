import { type Calibration, type InstanceRule, notebookRule } from '../instances/index.js';
import type { DrawnMetric } from '../statistics/index.js';
import { calibrationOf } from './calibration-of.js';
import { chooseBySlide, LEAST_OF_SLIDE, type SlideChoice } from './choose-by-slide.js';
import { tileFolds } from './folds.js';
import { type Objective, type RuleScores, ruleScores } from './objective.js';
import { type Gain, gainOver, outOfFoldMetric } from './out-of-fold.js';
import { OutcomeStore } from './outcome-store.js';
import type { MeasureRules, RuleTile } from './rule-tile.js';
import { allVariations, cutoffVariation, type RuleVariation } from './rule-values.js';
import { type RuleSearch, type SearchStep, searchRule } from './search-rule.js';

/** What of a rule may differ from the notebook's: nothing, its cutoff, or all that is searched. */
export const keptValues = ['notebook', 'cutoff', 'all'] as const;
export type KeptValues = (typeof keptValues)[number];

/** Scores on tiles that had no part in the choice. */
export interface OutOfFold extends Gain {
  readonly folds: number;
  readonly notebook: number;
  readonly score: number;
}

/** A score at a cutoff, all else as it is. */
export interface CutoffScore {
  readonly cutoff: number;
  readonly score: number | null;
}

/** A rule chosen, and all that speaks for it. Plain JSON. */
export interface RuleChoice {
  readonly by: Objective;
  readonly kept: KeptValues;
  readonly rule: InstanceRule;
  /** From the rule's confidences to shares of right ones; null where it finds nothing. */
  readonly calibration: Calibration | null;
  /** The values changed, one after the other, with the scores on the tiles chosen on. */
  readonly steps: readonly SearchStep[];
  /** On the tiles chosen on. */
  readonly scores: { readonly notebook: RuleScores; readonly chosen: RuleScores };
  /** What each kind scores out of fold; null for a single tile. */
  readonly keptScores: Readonly<Record<KeptValues, number>> | null;
  /** Null for a single tile. */
  readonly outOfFold: OutOfFold | null;
  /** By ascending cutoffs of the notebook's rule, and (lower) cutoffs of the chosen one. */
  readonly curves: Readonly<Record<'notebook' | 'chosen', readonly CutoffScore[]>>;
  readonly slides: readonly SlideChoice[];
}

export interface ChoiceRequest {
  readonly by: Objective;
  /** Of folds and resamples. */
  readonly seed: number;
  /** Cutoffs to be tried besides 0.05, 0.1 … 0.95. */
  readonly cutoffs: readonly number[];
}

export interface ChoiceHooks {
  /** Told of searches that are done, of how many in all. */
  progress?(done: number, total: number): void;
}

/**
 * Chooses a rule on tiles that the network was not trained on, by coordinate search (`searchRule`) from the
 * notebook's rule, over the values of `allVariations`; on these tiles it never scores less than that.
 *
 * More values fit better, and may fit chance. So the search is repeated without each fold of the tiles in
 * turn, and scored on that fold (`outOfFoldMetric`): of the notebook's rule, its best cutoff and the best of
 * all values, that kind is kept which scores best there, of equal ones the simpler. With a single tile there
 * are no folds, and the cutoff alone is chosen. The estimate of the gain is that of the kind kept, the best
 * of three, and a little too good for that.
 *
 * Tiles of one (dataset, source) get a rule of their own only where that gains out of fold too
 * (`chooseBySlide`).
 *
 * Deterministic: by the tiles, what is measured of them, and the seed; their order makes no difference.
 *
 * @param given at least one tile
 * @throws RangeError where the notebook's rule has no score: by AP, without a vessel
 */
export async function chooseRule(
  given: readonly RuleTile[],
  measure: MeasureRules,
  { by, seed, cutoffs: besides }: ChoiceRequest,
  hooks: ChoiceHooks = {},
): Promise<RuleChoice> {
  const places = given
    .map((_, place) => place)
    .sort((a, b) => (given[a].id < given[b].id ? -1 : 1));
  const tiles = places.map((place) => given[place]);
  const store = new OutcomeStore(tiles, (tile, rules) => measure(places[tile], rules));
  const cutoffs = cutoffVariation(besides);
  const all = tiles.map((_, index) => index);
  const folds = tiles.length < 2 ? [] : tileFolds(tiles, seed);
  const searched = counted(1 + folds.length, tiles, hooks);

  const whole = await searches(store, by, cutoffs, all);
  if (whole.notebook.score === null)
    throw new RangeError(`there is no ${by === 'ap' ? 'vessel' : 'tile'} to score rules on`);
  searched();
  const without: Record<KeptValues, RuleSearch>[] = [];
  for (const fold of folds) {
    const rest = all.filter((tile) => !fold.includes(tile));
    without.push(await searches(store, by, cutoffs, rest));
    searched();
  }
  const metrics = await Promise.all(
    keptValues.map((kind) => outOfFoldMetric(by, store, folds, (fold) => without[fold][kind].rule)),
  );
  const { kept, keptScores } = keep(metrics, tiles.length);
  const { rule, steps } = whole[kept];
  const measured = {
    notebook: await store.outcomes(notebookRule, all),
    chosen: await store.outcomes(rule, all),
  };
  const curve = async (of: InstanceRule): Promise<CutoffScore[]> => {
    const rules = cutoffs.of(of).toSorted((a, b) => a.low - b.low);
    const scores = await store.scores(by, rules, all);
    return rules.map(({ low }, k) => ({ cutoff: low, score: scores[k] }));
  };
  const slides = await chooseBySlide(
    {
      by,
      seed,
      tiles,
      store,
      folds,
      cutoffs,
      rule,
      without: without.map((found) => found[kept].rule),
    },
    { searched },
  );
  return {
    by,
    kept,
    rule,
    calibration: calibrationOf(measured.chosen),
    steps,
    scores: { notebook: ruleScores(measured.notebook), chosen: ruleScores(measured.chosen) },
    keptScores,
    outOfFold:
      keptScores === null
        ? null
        : {
            folds: folds.length,
            notebook: keptScores.notebook,
            score: keptScores[kept],
            ...(gainOver(
              tiles.length,
              metrics[0],
              metrics[keptValues.indexOf(kept)],
              seed,
            ) as Gain),
          },
    curves: { notebook: await curve(notebookRule), chosen: await curve(rule) },
    slides,
  };
}

/** The best rule of each kind on some tiles. */
async function searches(
  store: OutcomeStore,
  by: Objective,
  cutoffs: RuleVariation,
  on: readonly number[],
): Promise<Record<KeptValues, RuleSearch>> {
  const search = (variations: readonly RuleVariation[]) =>
    searchRule(notebookRule, variations, (rules) => store.scores(by, rules, on));
  return {
    notebook: await search([]),
    cutoff: await search([cutoffs]),
    all: await search(allVariations(by, cutoffs)),
  };
}

/** The kind that scores best out of fold, of equal ones the simpler. */
function keep(
  metrics: readonly DrawnMetric[],
  tiles: number,
): Pick<RuleChoice, 'kept' | 'keptScores'> {
  const once = new Uint32Array(tiles).fill(1);
  const scores = metrics.map((metric) => metric(once));
  const [notebook, cutoff, all] = scores;
  if (notebook === null || cutoff === null || all === null)
    return { kept: 'cutoff', keptScores: null };
  const keptScores = { notebook, cutoff, all };
  const kept = keptValues.reduce((best, kind) =>
    keptScores[kind] > keptScores[best] ? kind : best,
  );
  return { kept, keptScores };
}

/** Counts searches: on all tiles and without each fold, of all slides and of those that may have their own. */
function counted(
  searches: number,
  tiles: readonly RuleTile[],
  { progress }: ChoiceHooks,
): () => void {
  const sizes = new Map<string, number>();
  for (const { dataset, source } of tiles) {
    const slide = `${dataset}/${source}`;
    sizes.set(slide, (sizes.get(slide) ?? 0) + 1);
  }
  const slides =
    sizes.size === 1 ? 0 : [...sizes.values()].filter((size) => size >= LEAST_OF_SLIDE).length;
  const total = searches * (1 + slides);
  let done = 0;
  progress?.(done, total);
  return () => progress?.(++done, total);
}
