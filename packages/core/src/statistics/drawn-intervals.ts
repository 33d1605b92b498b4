import { randomStream } from '../random.js';
import {
  type BootstrapOptions,
  checkResampling,
  clusters,
  correctedInterval,
  type Interval,
} from './bootstrap.js';

/**
 * A statistic of items each taken so many times, `counts[k]` the k-th: of all items with ones, of a
 * bootstrap's resample with the times it drew each. Null, or not finite, where it has no value. (One
 * type of array: loops over it are compiled for it.)
 */
export type DrawnMetric = (counts: Uint32Array) => number | null;

/** 6 units drawn 6 times give 462 different resamples. */
const FEW_UNITS = 6;

/** Of more units the jackknife leaves out one of so many groups at a time, or its time grew by the square. */
const MOST_LEFT_OUT = 400;

/**
 * Bootstrap intervals of several statistics from the same resamples: those of `bootstrapInterval`, but
 * a resample is how often it drew each item, so that what can be prepared once (a ranking of all
 * items) is not made anew for each. Of more than 400 units the jackknife of the acceleration leaves out
 * groups of them, spread over all (Quenouille, *Notes on bias in estimation*, 1956): the ends move by
 * less than a hundredth of the interval, and its time grows with the items, not with their square.
 *
 * @param items how many there are; `options.cluster` is given their indices
 * @returns an interval for each statistic, null as there
 * @throws RangeError as there
 */
export function drawnIntervals(
  items: number,
  statistics: readonly DrawnMetric[],
  { seed, resamples = 2000, level = 0.95, cluster }: BootstrapOptions<number>,
): (Interval | null)[] {
  checkResampling(resamples, level);
  const counts = new Uint32Array(items).fill(1);
  const indices = Array.from(counts.keys());
  const units =
    cluster === undefined ? indices.map((index) => [index]) : clusters(indices, cluster);
  if (units.length < 2) return statistics.map(() => null);
  const observed = statistics.map((statistic) => statistic(counts));
  const estimates = statistics.map((): number[] => []);
  const leftOut = statistics.map((): number[] => []);
  /** Of few units there are few different resamples: each is evaluated once. */
  const known = new Map<string, readonly (number | null)[]>();
  const evaluate = (times: Uint32Array, into: readonly number[][]) => {
    const key = units.length <= FEW_UNITS ? times.join() : undefined;
    let values = key === undefined ? undefined : known.get(key);
    if (values === undefined) {
      units.forEach((unit, u) => {
        for (const index of unit) counts[index] = times[u];
      });
      values = statistics.map((statistic, k) => (isValue(observed[k]) ? statistic(counts) : null));
      if (key !== undefined) known.set(key, values);
    }
    values.forEach((value, k) => {
      if (isValue(value)) into[k].push(value);
    });
  };

  const random = randomStream(seed, 'bootstrap');
  const times = new Uint32Array(units.length);
  for (let draw = 0; draw < resamples; draw++) {
    times.fill(0);
    for (let n = 0; n < units.length; n++) times[random.integer(units.length)]++;
    evaluate(times, estimates);
  }
  const groups = Math.min(units.length, MOST_LEFT_OUT);
  for (let group = 0; group < groups; group++) {
    times.fill(1);
    for (let out = group; out < units.length; out += groups) times[out] = 0;
    evaluate(times, leftOut);
  }
  return observed.map((value, k) =>
    isValue(value) ? correctedInterval(value, estimates[k], leftOut[k], level) : null,
  );
}

function isValue(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}
