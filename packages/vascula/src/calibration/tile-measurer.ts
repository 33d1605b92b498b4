import {
  claimInstances,
  finishInstances,
  type InstanceRule,
  type RuleOutcome,
  type RuleTruth,
  ruleOutcome,
} from '@vascula/core';
import { ClaimCache } from './claim-cache.js';
import { readMap } from './probability-maps.js';

/** A tile to measure rules on. */
export interface MeasurableTile {
  /** Path of its probability map (`readMap`). */
  readonly map: string;
  readonly truth: RuleTruth;
}

/** Says what rules make of a tile, by its index. */
export type TileMeasurer = (tile: number, rules: readonly InstanceRule[]) => Promise<RuleOutcome[]>;

/** @param bytes for what is kept between calls */
export function tileMeasurer(tiles: readonly MeasurableTile[], bytes: number): TileMeasurer {
  const claims = new ClaimCache(bytes);
  return async (at, rules) => {
    const { map: path, truth } = tiles[at] as MeasurableTile;
    const { width, height } = truth;
    let map: Float32Array | undefined;
    const outcomes: RuleOutcome[] = [];
    for (const rule of rules) {
      let claimed = claims.get(at, rule);
      if (claimed === undefined) {
        map ??= await readMap(path);
        claimed = claimInstances(map, width, height, rule);
        claims.put(at, rule, claimed);
      }
      outcomes.push(ruleOutcome(finishInstances(claimed, width, height, rule), truth));
    }
    return outcomes;
  };
}
