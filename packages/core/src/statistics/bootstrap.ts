import { randomStream } from '../random.js';
import { meanOf, quantileOf } from '../tables/aggregates.js';
import { normalDistribution, normalQuantile } from './normal.js';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions<T> {
  readonly seed: number;
  /** How many samples are drawn, at least 100; 2000 unless told. */
  readonly resamples?: number;
  /** Coverage, between 0 and 1; 0.95 unless told. */
  readonly level?: number;
  /**
   * Items of one cluster (tiles of one slide) are drawn together, for they are not independent;
   * without it each item is drawn by itself.
   */
  readonly cluster?: (item: T) => string | number;
}

/**
 * Bootstrap interval of a statistic, bias-corrected and accelerated (BCa: Efron, *Better bootstrap
 * confidence intervals*, 1987; as `scipy.stats.bootstrap`).
 *
 * Resamples draw as many items, or whole clusters, as there are, with replacement, and depend on the
 * seed and the number of items only. Where no correction can be computed (every resample on one side
 * of the statistic) the ends are plain percentiles. The jackknife of the acceleration takes time by the
 * square of the number of items: a second for some 10,000.
 *
 * @param statistic null, or a number that is not finite, where it has no value; such resamples are
 *   left out
 * @returns null for fewer than two items or clusters, and where the statistic of the items has no value
 * @throws RangeError fewer than 100 resamples, or a level not between 0 and 1
 */
export function bootstrapInterval<T>(
  items: readonly T[],
  statistic: (items: readonly T[]) => number | null,
  { seed, resamples = 2000, level = 0.95, cluster }: BootstrapOptions<T>,
): Interval | null {
  checkResampling(resamples, level);
  const units = cluster === undefined ? items.map((item) => [item]) : clusters(items, cluster);
  const observed = statistic(items);
  if (units.length < 2 || observed === null || !Number.isFinite(observed)) return null;

  const random = randomStream(seed, 'bootstrap');
  const estimates = finiteOnly(resamples, () => {
    const sample: T[] = [];
    for (let n = 0; n < units.length; n++)
      for (const item of units[random.integer(units.length)]) sample.push(item);
    return statistic(sample);
  });
  const leftOut = finiteOnly(units.length, (out) =>
    statistic(units.flatMap((unit, i) => (i === out ? [] : unit))),
  );
  return correctedInterval(observed, estimates, leftOut, level);
}

export function checkResampling(resamples: number, level: number): void {
  if (!Number.isInteger(resamples) || resamples < 100)
    throw new RangeError(`bootstrapInterval: ${resamples} resamples; at least 100 are needed`);
  if (!(level > 0 && level < 1))
    throw new RangeError(`bootstrapInterval: level ${level} is not between 0 and 1`);
}

/**
 * The BCa interval of a statistic.
 *
 * @param estimates of the resamples
 * @param leftOut of all items but one unit, for each unit
 */
export function correctedInterval(
  observed: number,
  estimates: readonly number[],
  leftOut: readonly number[],
  level: number,
): Interval | null {
  const correct = correction(observed, estimates, leftOut);
  const low = quantileOf(estimates, correct((1 - level) / 2));
  const high = quantileOf(estimates, correct((1 + level) / 2));
  return low === null || high === null ? null : { low, high };
}

export function clusters<T>(items: readonly T[], cluster: (item: T) => string | number): T[][] {
  const groups = new Map<string | number, T[]>();
  for (const item of items) {
    const group = groups.get(cluster(item));
    if (group === undefined) groups.set(cluster(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function finiteOnly(times: number, draw: (index: number) => number | null): number[] {
  const values: number[] = [];
  for (let i = 0; i < times; i++) {
    const value = draw(i);
    if (value !== null && Number.isFinite(value)) values.push(value);
  }
  return values;
}

/** The percentile of the estimates to be read for a nominal one (Efron 1987, equation 6.8). */
function correction(
  observed: number,
  estimates: readonly number[],
  leftOut: readonly number[],
): (probability: number) => number {
  // Few clusters are often drawn once each in another order: a tie, but for rounding.
  const rounding = 1e-12 * Math.abs(observed);
  let below = 0;
  for (const estimate of estimates) {
    if (Math.abs(estimate - observed) <= rounding) below += 0.5;
    else if (estimate < observed) below += 1;
  }
  const bias = normalQuantile(estimates.length === 0 ? 0.5 : below / estimates.length);
  if (!Number.isFinite(bias)) return (probability) => probability;
  const acceleration = skewness(leftOut) / 6;
  return (probability) => {
    const z = bias + normalQuantile(probability);
    return normalDistribution(bias + z / (1 - acceleration * z));
  };
}

/** Sum of cubes over the sum of squares to 3/2, of the jackknife's values about their mean. */
function skewness(values: readonly number[]): number {
  const centre = meanOf(values) ?? 0;
  let squares = 0;
  let cubes = 0;
  for (const value of values) {
    squares += (centre - value) ** 2;
    cubes += (centre - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / squares ** 1.5;
}
