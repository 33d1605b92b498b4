import { touchingTraining } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import type { Run } from '../run/index.js';
import { everTrained } from '../training/index.js';

/**
 * Ids of a run's validation tiles that overlap or touch a training tile of their slide, of
 * this run or one its weights began with; undefined where
 * the dataset does not say where all of its tiles lie.
 */
export function besideTraining(
  { split, config }: Pick<Run, 'split' | 'config'>,
  { tiles }: Pick<Dataset, 'tiles'>,
): ReadonlySet<string> | undefined {
  const known = new Set(tiles.map(({ id }) => id));
  if (![...split.train, ...split.validation].every((id) => known.has(id))) return undefined;
  const trained = everTrained(split, tiles);
  return new Set(touchingTraining(tiles, trained, config.data.tileSize.width));
}
