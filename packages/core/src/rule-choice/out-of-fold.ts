import type { InstanceRule } from '../instances/index.js';
import { type DrawnMetric, drawnIntervals, type Interval } from '../statistics/index.js';
import { type Objective, scoreMetric, type TileOutcome, tileWeight } from './objective.js';
import type { OutcomeStore } from './outcome-store.js';

/** What one choice of rules gains over another on the same tiles. */
export interface Gain {
  readonly gain: number;
  /** 95 %, tiles resampled; null where it cannot be given. */
  readonly interval: Interval | null;
}

/**
 * The score of rules on folds of tiles, each fold by its own rules: the mean of the folds' scores, weighted
 * by what is in them (`tileWeight`). Folds are scored apart since confidences of different rules are on
 * different scales, and would be ranked together.
 *
 * @param ruleOf the rule of a tile of a fold
 * @returns null where no fold has a score
 */
export async function outOfFoldMetric(
  by: Objective,
  store: OutcomeStore,
  folds: readonly (readonly number[])[],
  ruleOf: (fold: number, tile: number) => InstanceRule,
): Promise<DrawnMetric> {
  const parts: { fold: readonly number[]; metric: DrawnMetric; weights: number[] }[] = [];
  for (const [k, fold] of folds.entries()) {
    const outcomes: TileOutcome[] = [];
    for (const tile of fold) outcomes.push(...(await store.outcomes(ruleOf(k, tile), [tile])));
    parts.push({
      fold,
      metric: scoreMetric(by, outcomes),
      weights: outcomes.map(({ outcome }) => tileWeight(by, outcome)),
    });
  }
  return (counts) => {
    let [sum, total] = [0, 0];
    for (const { fold, metric, weights } of parts) {
      const drawn = Uint32Array.from(fold, (tile) => counts[tile]);
      const weight = weights.reduce((all, one, k) => all + one * drawn[k], 0);
      const score = weight === 0 ? null : metric(drawn);
      if (score === null) continue;
      sum += weight * score;
      total += weight;
    }
    return total === 0 ? null : sum / total;
  };
}

/** The gain of one metric over another; null where either has no value. */
export function gainOver(
  tiles: number,
  before: DrawnMetric,
  after: DrawnMetric,
  seed: number,
): Gain | null {
  const difference: DrawnMetric = (counts) => {
    const [a, b] = [before(counts), after(counts)];
    return a === null || b === null ? null : b - a;
  };
  const gain = difference(new Uint32Array(tiles).fill(1));
  if (gain === null) return null;
  const [interval] = drawnIntervals(tiles, [difference], { seed });
  return { gain, interval };
}
