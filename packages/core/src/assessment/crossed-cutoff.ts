import { binOf, dice, type Found, type RankedPixels } from '../metrics/index.js';
import { estimates, type MetricEstimate } from '../statistics/index.js';
import type { AssessedTile } from './assessed-tile.js';
import { type MaskHeadlineName, maskMetrics } from './headlines.js';

/** What is left of a tile for choosing a cutoff. */
export type RankedTile = Pick<AssessedTile, 'ranked' | 'source'>;

/**
 * A cross-validation with cutoffs that its own tiles did not choose: each fold's is the one with the best
 * pooled Dice over the tiles of the other folds.
 */
export interface CrossedCutoff {
  /** Of each fold. */
  readonly cutoffs: readonly number[];
  /** The best of all tiles: for images to come. What it scores on these tiles flatters. */
  readonly cutoff: number;
  /** Of all tiles, each at its fold's cutoff, with intervals by tile and by slide. */
  readonly scores: Readonly<Record<MaskHeadlineName, MetricEstimate>>;
}

/** Cutoffs to choose from. */
const CANDIDATES = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);

/** Pixels of later bins than these are above them. */
const BINS = CANDIDATES.map((cutoff) => binOf(Math.fround(cutoff)));

/**
 * Chooses cutoffs out of fold and scores them. Pixels are counted by bins of their probability
 * (`PixelRanking`), 1/256 of it wide: a cutoff is meant to that. Of cutoffs that are equally good the
 * middle one is taken.
 *
 * @param folds the tiles that each fold was validated on
 * @returns undefined with fewer than two folds that have tiles: there are no others to choose by
 */
export function crossedCutoff(
  folds: readonly (readonly RankedTile[])[],
  { seed }: { readonly seed: number },
): CrossedCutoff | undefined {
  if (folds.filter((tiles) => tiles.length > 0).length < 2) return undefined;
  const counted = folds.map((tiles) => tiles.map(({ ranked }) => countsByCandidate(ranked)));
  const sums = counted.map(added);
  const cutoffs = folds.map((_, fold) => bestCandidate(added(sums.filter((_, at) => at !== fold))));
  const masks = counted.flatMap((tiles, fold) =>
    tiles.map((counts) => counts[cutoffs[fold] as number] as Found),
  );
  const slides = folds.flat().map(({ source }) => String(source));
  return {
    cutoffs: cutoffs.map((at) => CANDIDATES[at] as number),
    cutoff: CANDIDATES[bestCandidate(added(sums))] as number,
    scores: estimates(maskMetrics(masks), slides, { seed }),
  };
}

/** Pixels found, wrongly claimed and missed above each candidate. */
function countsByCandidate({ bins, positives, negatives }: RankedPixels): readonly Found[] {
  const vessel = positives.reduce((sum, count) => sum + count, 0);
  const counts: Found[] = [];
  let [truePositive, falsePositive, at] = [0, 0, bins.length - 1];
  for (const bin of BINS.toReversed()) {
    for (; at >= 0 && bins[at] > bin; at--) {
      truePositive += positives[at];
      falsePositive += negatives[at];
    }
    counts.push({ truePositive, falsePositive, falseNegative: vessel - truePositive });
  }
  return counts.toReversed();
}

/** Candidate by candidate. */
function added(counts: readonly (readonly Found[])[]): readonly Found[] {
  const sum = (at: number, name: keyof Found) =>
    counts.reduce((total, one) => total + (one[at] as Found)[name], 0);
  return CANDIDATES.map((_, at) => ({
    truePositive: sum(at, 'truePositive'),
    falsePositive: sum(at, 'falsePositive'),
    falseNegative: sum(at, 'falseNegative'),
  }));
}

/** The place of the candidate with the best Dice. */
function bestCandidate(counts: readonly Found[]): number {
  const scores = counts.map(dice);
  const best = Math.max(...scores);
  const places = scores.flatMap((score, at) => (score === best ? [at] : []));
  return places[Math.floor(places.length / 2)] as number;
}
