import { drawCrop, drawNotebookAugmentation, type Placement } from '../augmentation/index.js';
import { randomStream } from '../random.js';
import type { Recipe } from './recipe.js';

/** One square to be drawn from a tile; a large tile gives several an epoch. */
export interface Draw {
  readonly id: string;
  readonly copy: number;
}

/** Squares drawn from a tile an epoch: as many as cover its area, so an epoch sees as much as it has. */
export function copiesPerTile(tile: { width: number; height: number }, crop: number): number {
  return Math.max(1, Math.round((tile.width * tile.height) / crop ** 2));
}

/**
 * The batches of an epoch: every copy of every tile once, in a seeded order. `copies` is how many there
 * are of every tile, or of each by its id (`copiesPerTile` of tiles of several sizes). A last batch that is not
 * full is filled up with the first draws of the epoch, since a step has one fixed size.
 */
export function epochBatches(
  ids: readonly string[],
  copies: number | ReadonlyMap<string, number>,
  epoch: number,
  { seed, batch }: Pick<Recipe, 'seed' | 'batch'>,
): readonly (readonly Draw[])[] {
  const all = ids.flatMap((id) =>
    Array.from({ length: copiesOf(copies, id) }, (_, copy) => ({ id, copy })),
  );
  const order = randomStream(seed, epoch, 'order of the epoch').shuffled(all);
  const batches: Draw[][] = [];
  for (let start = 0; start < order.length; start += batch)
    batches.push(
      Array.from({ length: batch }, (_, k) => order[(start + k) % order.length] as Draw),
    );
  return batches;
}

export function copiesOf(copies: number | ReadonlyMap<string, number>, id: string): number {
  const count = typeof copies === 'number' ? copies : copies.get(id);
  if (count === undefined) throw new RangeError(`no number of copies for ${id}`);
  return count;
}

/** Where the draw's square lies in its tile, and how it is augmented. */
export function drawPlacement(
  tile: { readonly width: number; readonly height: number },
  draw: Draw,
  epoch: number,
  { seed, crop }: Pick<Recipe, 'seed' | 'crop'>,
): Placement {
  const stream = (purpose: string) => randomStream(seed, epoch, draw.id, draw.copy, purpose);
  return {
    crop: drawCrop(stream('crop'), { ...tile, size: crop }),
    augmentation: drawNotebookAugmentation(stream('augmentation'), crop),
  };
}
