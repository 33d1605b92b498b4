import {
  findInstances,
  type InstanceRule,
  type MeasureRules,
  type RuleTile,
  type RuleTruth,
  ruleOutcome,
  ruleTruth,
} from '@vascula/core';

export const SIDE = 48;

/** A square of one probability: a vessel that is there, one that is not, or one drawn otherwise. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
  /** Its probability; 0 for a vessel that the network does not see. */
  readonly p: number;
  readonly vessel: boolean;
}

export interface DrawnTile extends RuleTile {
  readonly probability: Float32Array;
  readonly truth: RuleTruth;
}

export function drawnTile(
  id: string,
  squares: readonly Square[],
  { dataset, source }: Pick<RuleTile, 'dataset' | 'source'> = { dataset: 1, source: 1 },
): DrawnTile {
  const probability = new Float32Array(SIDE * SIDE);
  for (const { x, y, side, p } of squares)
    for (let row = y; row < y + side; row++)
      probability.fill(p, row * SIDE + x, row * SIDE + x + side);
  const vessels = squares
    .filter(({ vessel }) => vessel)
    .map(({ x, y, side }) => ({
      box: { x, y, width: side, height: side },
      mask: new Uint8Array(side * side).fill(1),
      area: side * side,
    }));
  return { id, dataset, source, probability, truth: ruleTruth(vessels, SIDE, SIDE) };
}

/** Measures rules as they are. */
export function measureDrawn(tiles: readonly DrawnTile[]): MeasureRules {
  return async (tile, rules) => measureOne(tiles[tile], rules);
}

export function measureOne({ probability, truth }: DrawnTile, rules: readonly InstanceRule[]) {
  return rules.map((rule) => ruleOutcome(findInstances(probability, SIDE, SIDE, rule), truth));
}
