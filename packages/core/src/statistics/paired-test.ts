import { randomStream } from '../random.js';
import { meanOf } from '../tables/aggregates.js';
import { bootstrapInterval, type Interval } from './bootstrap.js';

export interface PairedTest {
  readonly pairs: number;
  /** Mean of b - a; null without pairs. */
  readonly meanDifference: number | null;
  /** Bootstrap interval of the mean difference, 95 %; null for fewer than two pairs. */
  readonly interval: Interval | null;
  /** Two-sided; null for fewer than two pairs. */
  readonly pValue: number | null;
}

export function pairedTest(
  a: readonly number[],
  b: readonly number[],
  { seed }: { readonly seed: number },
): PairedTest {
  if (a.length !== b.length)
    throw new RangeError(`pairedTest: ${a.length} values against ${b.length}`);
  const differences = a.map((value, i) => b[i] - value);
  const meanDifference = meanOf(differences);
  if (meanDifference === null || differences.length < 2)
    return { pairs: a.length, meanDifference, interval: null, pValue: null };
  const interval = bootstrapInterval(differences, meanOf, { seed });
  const random = randomStream(seed, 'sign-flip');
  let asFar = 1;
  for (let i = 0; i < 9999; i++) {
    const flipped = meanOf(differences.map((d) => (random.chance(0.5) ? d : -d))) as number;
    if (Math.abs(flipped) >= Math.abs(meanDifference) - 1e-14) asFar++;
  }
  return { pairs: a.length, meanDifference, interval, pValue: asFar / 10000 };
}
