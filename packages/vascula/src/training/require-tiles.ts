import { InputError } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import type { Run } from '../run/index.js';
import { labelledTiles } from './tile-source.js';

/**
 * Sees that a dataset holds the labelled tiles a run names, before hours are spent on the others.
 *
 * @throws InputError that names the first one missing, and how many are.
 */
export function requireTiles(dataset: Dataset, ids: readonly string[]): void {
  const held = new Set(labelledTiles(dataset).map((tile) => tile.id));
  const missing = ids.filter((id) => !held.has(id));
  const [first] = missing;
  if (first === undefined) return;
  const others = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  throw new InputError({
    path: dataset.folder,
    problem: `has no labelled tile ${first}${others} of the run's split.json`,
    expected: `all ${ids.length} of them`,
    hint: 'Give the folder and the label files that the run was trained on',
  });
}

/**
 * Sees that a run can be trained on a dataset: all tiles of its split, of the size it was started on.
 *
 * @throws InputError where a tile is missing or the tiles have another size.
 */
export function requireTrainable({ config, split }: Run, dataset: Dataset): void {
  const { width, height } = config.data.tileSize;
  const { folder, tileSize } = dataset;
  if (tileSize.width !== width || tileSize.height !== height)
    throw new InputError({
      path: folder,
      problem: `has tiles of ${tileSize.width} x ${tileSize.height} pixels`,
      expected: `${width} x ${height}, as those the run was started on`,
    });
  requireTiles(dataset, [...split.train, ...split.validation]);
}
