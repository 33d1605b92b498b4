import { randomStream } from '../random.js';
import { quantileOf } from '../tables/aggregates.js';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions<T> {
  readonly seed: number;
  /** How many samples are drawn; 2000 unless told. */
  readonly resamples?: number;
  /** Coverage, between 0 and 1; 0.95 unless told. */
  readonly level?: number;
  /** Items of one cluster (tiles of one slide) are drawn together; without it each item by itself. */
  readonly cluster?: (item: T) => string | number;
}

export function bootstrapInterval<T>(
  items: readonly T[],
  statistic: (items: readonly T[]) => number | null,
  { seed, resamples = 2000, level = 0.95 }: BootstrapOptions<T>,
): Interval | null {
  if (items.length < 2) return null;
  const random = randomStream(seed, 'bootstrap');
  const estimates: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const value = statistic(items.map(() => items[random.integer(items.length)]));
    if (value !== null) estimates.push(value);
  }
  const low = quantileOf(estimates, (1 - level) / 2);
  const high = quantileOf(estimates, (1 + level) / 2);
  return low === null || high === null ? null : { low, high };
}
