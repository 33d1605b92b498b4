import { InputError } from '@vascula/core';
import type { Dataset, ImageSize } from '../dataset/index.js';
import { leastTile } from '../run/index.js';
import { labelledTiles } from '../training/index.js';
import type { Plan } from './plan-schema.js';

/**
 * Holds a dataset against the one that a plan was made for. More or fewer images are a doubt, which is
 * given back as words: the plan may still be good. Images of other sizes are another dataset.
 *
 * @throws InputError where the smallest or largest image differs.
 */
export function requireSameData(
  path: string,
  { fingerprint }: Pick<Plan, 'fingerprint'>,
  dataset: Dataset,
): string | undefined {
  const sizes = { largest: dataset.tileSize, smallest: leastTile(dataset) };
  for (const name of ['smallest', 'largest'] as const) {
    const [planned, found] = [fingerprint[name], sizes[name]];
    if (planned.width !== found.width || planned.height !== found.height)
      throw new InputError({
        path,
        field: `fingerprint.${name}`,
        problem: `the plan is for images of ${words(planned)}, and those of ${dataset.folder} are of ${words(found)}`,
        expected: 'a plan of this dataset',
        hint: `Make one: vascula plan ${dataset.folder}`,
      });
  }
  const images = labelledTiles(dataset).length;
  return images === fingerprint.images
    ? undefined
    : `${path} was made for ${fingerprint.images} labelled images, and ${dataset.folder} has ${images}: what depends on their number may no longer suit`;
}

function words({ width, height }: ImageSize): string {
  return `${width} x ${height}`;
}
