import { InputError } from '../errors.js';
import {
  type SplitRule,
  type SplittableTile,
  splitTiles,
  type TileSplit,
  touchingTraining,
} from '../splits/index.js';

/** What a split by one rule would put side by side. Numbers are null where it cannot be made. */
export type SplitOverlap = {
  readonly rule: SplitRule;
  readonly train: number | null;
  readonly validation: number | null;
  /** Validation tiles that overlap or touch a training tile of their slide. */
  readonly touching: number | null;
  /** Of the validation tiles, 0 to 1. */
  readonly touchingShare: number | null;
  /** Why there is no such split; null where there is. */
  readonly problem: string | null;
};

export type SplitSide = 'training' | 'validation' | 'validation, touches training';

export interface ExploredSplit {
  readonly overlap: SplitOverlap;
  /** The side of each tile by id; empty where the split cannot be made. */
  readonly sides: ReadonlyMap<string, SplitSide>;
}

/**
 * What splits by each rule would be, as training makes them: 80 % for training unless told.
 *
 * @param tileSize side of a tile in slide pixels.
 */
export function exploreSplits(
  tiles: readonly SplittableTile[],
  tileSize: number,
  { seed, trainFraction = 0.8 }: { readonly seed: number; readonly trainFraction?: number },
): ExploredSplit[] {
  return (['random', 'position', 'slide'] as const).map((rule) => {
    try {
      const split = splitTiles(tiles, { seed, trainFraction, by: rule });
      return explored(rule, split, touchingTraining(tiles, split, tileSize));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const none = { train: null, validation: null, touching: null, touchingShare: null };
      return { overlap: { rule, ...none, problem: error.fault.problem }, sides: new Map() };
    }
  });
}

function explored(rule: SplitRule, split: TileSplit, touching: readonly string[]): ExploredSplit {
  const sides = new Map<string, SplitSide>();
  for (const id of split.train) sides.set(id, 'training');
  for (const id of split.validation) sides.set(id, 'validation');
  for (const id of touching) sides.set(id, 'validation, touches training');
  const overlap: SplitOverlap = {
    rule,
    train: split.train.length,
    validation: split.validation.length,
    touching: touching.length,
    touchingShare: touching.length / split.validation.length,
    problem: null,
  };
  return { overlap, sides };
}
