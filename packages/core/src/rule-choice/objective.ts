import { type ComparedImage, dice, drawnAveragePrecision } from '../metrics/index.js';
import type { DrawnMetric } from '../statistics/index.js';
import type { RuleOutcome } from './rule-outcome.js';

/**
 * What a rule is chosen by: mean IoU a tile (`iou`), or average precision of vessels at IoU 0.6, the
 * competition's score (`ap`).
 */
export const objectives = ['iou', 'ap'] as const;
export type Objective = (typeof objectives)[number];

/** What a rule made of a tile; ids are unique, and decide the order of equal confidences. */
export interface TileOutcome {
  readonly id: string;
  readonly outcome: RuleOutcome;
}

/** The score of tiles by an objective; null without a tile (`iou`) or without a vessel (`ap`). */
export function scoreMetric(by: Objective, tiles: readonly TileOutcome[]): DrawnMetric {
  return by === 'iou' ? meanIou(tiles) : averagePrecision(tiles);
}

/** What a tile weighs where scores of sets of tiles are averaged. */
export function tileWeight(by: Objective, { truths }: RuleOutcome): number {
  return by === 'iou' ? 1 : truths;
}

/** Scores of tiles by everything that is shown of a rule; null for what is undefined. */
export interface RuleScores {
  readonly iou: number | null;
  readonly ap: number | null;
  /** Of the vessels found, all counted, at IoU 0.6. */
  readonly f1: number | null;
  /** Vessels found. */
  readonly vessels: number;
}

export function ruleScores(tiles: readonly TileOutcome[]): RuleScores {
  const once = new Uint32Array(tiles.length).fill(1);
  let [truths, found, right] = [0, 0, 0];
  for (const { outcome } of tiles) {
    truths += outcome.truths;
    found += outcome.truePositive.length;
    for (const one of outcome.truePositive) right += one;
  }
  const counts = {
    truePositive: right,
    falsePositive: found - right,
    falseNegative: truths - right,
  };
  return {
    iou: scoreMetric('iou', tiles)(once),
    ap: scoreMetric('ap', tiles)(once),
    f1: truths + found === 0 ? null : dice(counts),
    vessels: found,
  };
}

function meanIou(tiles: readonly TileOutcome[]): DrawnMetric {
  const values = Float64Array.from(tiles, ({ outcome }) => outcome.iou);
  return (counts) => {
    let sum = 0;
    let drawn = 0;
    for (let k = 0; k < values.length; k++) {
      sum += counts[k] * values[k];
      drawn += counts[k];
    }
    return drawn === 0 ? null : sum / drawn;
  };
}

function averagePrecision(tiles: readonly TileOutcome[]): DrawnMetric {
  const none = new Float64Array(0);
  const matched = new Map<ComparedImage, RuleOutcome>();
  for (const { id, outcome } of tiles) {
    const { truths, confidences } = outcome;
    const image = { id, truths, confidences, iou: none, unsure: 0, unsureIou: none };
    matched.set({ ...image, unsureShare: none }, outcome);
  }
  return drawnAveragePrecision([...matched.keys()], (image) =>
    Array.from(matched.get(image)?.truePositive ?? [], (right) =>
      right === 1 ? 'true positive' : 'false positive',
    ),
  );
}
