import type { InstanceRule } from '../instances/index.js';
import { type Objective, scoreMetric, type TileOutcome } from './objective.js';
import type { RuleOutcome } from './rule-outcome.js';
import type { MeasureRules, RuleTile } from './rule-tile.js';

/** Measures each rule on each tile at most once: all rules of a tile together, and the tiles at once. */
export class OutcomeStore {
  readonly #known = new Map<string, Map<number, RuleOutcome>>();

  constructor(
    private readonly tiles: readonly RuleTile[],
    private readonly measure: MeasureRules,
  ) {}

  /** What a rule makes of some tiles, in their order. */
  async outcomes(rule: InstanceRule, on: readonly number[]): Promise<TileOutcome[]> {
    await this.#measure([rule], on);
    return this.#outcomes(rule, on);
  }

  /** The scores of rules on some tiles. */
  async scores(
    by: Objective,
    rules: readonly InstanceRule[],
    on: readonly number[],
  ): Promise<(number | null)[]> {
    await this.#measure(rules, on);
    const once = new Uint32Array(on.length).fill(1);
    return rules.map((rule) => scoreMetric(by, this.#outcomes(rule, on))(once));
  }

  #outcomes(rule: InstanceRule, on: readonly number[]): TileOutcome[] {
    const known = this.#of(rule);
    return on.map((tile) => ({
      id: this.tiles[tile].id,
      outcome: known.get(tile) as RuleOutcome,
    }));
  }

  async #measure(rules: readonly InstanceRule[], on: readonly number[]): Promise<void> {
    await Promise.all(
      on.map(async (tile) => {
        const missing = rules.filter((rule) => !this.#of(rule).has(tile));
        if (missing.length === 0) return;
        const outcomes = await this.measure(tile, missing);
        missing.forEach((rule, k) => {
          this.#of(rule).set(tile, outcomes[k]);
        });
      }),
    );
  }

  #of(rule: InstanceRule): Map<number, RuleOutcome> {
    const name = JSON.stringify(rule);
    const known = this.#known.get(name) ?? new Map<number, RuleOutcome>();
    this.#known.set(name, known);
    return known;
  }
}
