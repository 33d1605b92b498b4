import { InputError, naturalOrder, type SplittableTile } from '@vascula/core';
import type { RunConfig, RunSplit } from '../run/index.js';

/** Which tiles are trained on, and which validated on. */
export type Sides = Pick<RunSplit, 'train' | 'validation' | 'fold'>;

const flags = { train: '--train-datasets', validation: '--validation-datasets' } as const;

/**
 * Leaves on each side the tiles of some datasets. The sides are parted before: whatever datasets two runs
 * take, a tile is on the same side in both where their split rule, seed and fold are the same.
 *
 * @throws InputError where a dataset has no labelled tile, or a side would be empty
 */
export function ofDatasets(
  sides: Sides,
  tiles: readonly SplittableTile[],
  datasets: RunConfig['datasets'],
): Sides {
  const datasetOf = new Map(tiles.map(({ id, dataset }) => [id, `${dataset}`]));
  const known = new Set(datasetOf.values());
  const left = (side: 'train' | 'validation'): string[] => {
    const wanted = datasets[side];
    if (wanted === null) return sides[side];
    const unknown = wanted.find((name) => !known.has(name));
    if (unknown !== undefined)
      throw new InputError({
        path: flags[side],
        problem: `dataset ${unknown} has no labelled tile`,
        expected: `some of ${[...known].sort(naturalOrder).join(', ')}`,
        hint: 'Are all label files named with --polygons?',
      });
    const ids = sides[side].filter((id) => wanted.includes(datasetOf.get(id) as string));
    if (ids.length === 0) throw noTile(side, wanted, sides);
    return ids;
  };
  return { ...sides, train: left('train'), validation: left('validation') };
}

function noTile(
  side: 'train' | 'validation',
  wanted: readonly string[],
  { fold }: Sides,
): InputError {
  const of = fold === undefined ? '' : ` of fold ${fold.number} of ${fold.of}`;
  return new InputError({
    path: flags[side],
    problem: `none of the tiles${of} to ${side === 'train' ? 'train' : 'validate'} on is of dataset ${wanted.join(' or ')}`,
    expected: 'one at least: the sides are parted first, over the tiles of all datasets',
    hint: `Another --split or --seed${fold === undefined ? '' : ', or fewer folds,'} may leave some there`,
  });
}
