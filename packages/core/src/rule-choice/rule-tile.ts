import type { InstanceRule } from '../instances/index.js';
import type { RuleOutcome } from './rule-outcome.js';

/** A tile to choose on. */
export interface RuleTile {
  /** Unique among the tiles. */
  readonly id: string;
  readonly dataset: number;
  readonly source: number;
}

/**
 * Says what rules make of a tile, by its index: an outcome for each rule, in their order. It is asked about
 * many tiles at once.
 */
export type MeasureRules = (
  tile: number,
  rules: readonly InstanceRule[],
) => Promise<readonly RuleOutcome[]>;
