import { randomStream } from '../random.js';
import { meanOf } from '../tables/aggregates.js';
import { bootstrapInterval, type Interval } from './bootstrap.js';

export interface PairedTest {
  readonly pairs: number;
  /** Mean of b - a; null without pairs. */
  readonly meanDifference: number | null;
  /** BCa bootstrap interval of the mean difference, 95 %; null for fewer than two pairs. */
  readonly interval: Interval | null;
  /** Two-sided; null for fewer than two pairs. */
  readonly pValue: number | null;
}

/** Up to this many pairs every pattern of signs is tried (2^13 = 8192), beyond it RESAMPLES are drawn. */
const EXACT_PAIRS = 13;
const RESAMPLES = 9999;

/**
 * Tests whether b differs from a on the same tiles: a sign-flip permutation test of the mean
 * difference (Fisher's randomization test; `scipy.stats.permutation_test` with `samples`).
 *
 * Where neither is better, each difference might as well have the other sign: the p-value is the
 * share of sign patterns whose mean is at least as far from 0. It is exact up to 13 pairs; beyond
 * them 9999 patterns are drawn by the seed and the p-value is (1 + as far) / 10,000, never 0. Pairs are
 * taken as independent, which neighbouring tiles of one slide are not quite.
 *
 * @param a, b values of the same tiles in the same order, finite
 * @throws RangeError where the lengths differ or a value is not finite
 */
export function pairedTest(
  a: readonly number[],
  b: readonly number[],
  { seed }: { readonly seed: number },
): PairedTest {
  if (a.length !== b.length)
    throw new RangeError(`pairedTest: ${a.length} values against ${b.length}`);
  const differences = a.map((value, i) => b[i] - value);
  const wrong = differences.findIndex((difference) => !Number.isFinite(difference));
  if (wrong !== -1) throw new RangeError(`pairedTest: pair ${wrong} is ${a[wrong]}, ${b[wrong]}`);
  const pairs = differences.length;
  const meanDifference = meanOf(differences);
  if (meanDifference === null || pairs < 2)
    return { pairs, meanDifference, interval: null, pValue: null };
  return {
    pairs,
    meanDifference,
    interval: bootstrapInterval(differences, meanOf, { seed }),
    pValue: pairs <= EXACT_PAIRS ? exact(differences) : drawn(differences, seed),
  };
}

function exact(differences: readonly number[]): number {
  const patterns = 2 ** differences.length;
  const asFar = asFarAs(differences);
  let count = 0;
  for (let pattern = 0; pattern < patterns; pattern++) {
    let total = 0;
    for (let i = 0; i < differences.length; i++)
      total += (pattern >> i) & 1 ? -differences[i] : differences[i];
    if (asFar(total)) count++;
  }
  return count / patterns;
}

function drawn(differences: readonly number[], seed: number): number {
  const random = randomStream(seed, 'sign-flip');
  const asFar = asFarAs(differences);
  let count = 1;
  for (let n = 0; n < RESAMPLES; n++) {
    let total = 0;
    for (const difference of differences) total += random.chance(0.5) ? difference : -difference;
    if (asFar(total)) count++;
  }
  return count / (RESAMPLES + 1);
}

/** Whether a sum is at least as far from 0 as the one observed, but for rounding. */
function asFarAs(differences: readonly number[]): (total: number) => boolean {
  const observed = Math.abs(differences.reduce((sum, difference) => sum + difference, 0));
  const rounding = 1e-12 * differences.reduce((sum, difference) => sum + Math.abs(difference), 0);
  return (total) => Math.abs(total) >= observed - rounding;
}
