import { drawAugmentation, drawCrop, type Placement } from '../augmentation/index.js';
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
 * The batches of an epoch: `copies` squares of every tile, or of each by its id (`copiesPerTile` of tiles of
 * several sizes), in a seeded order. A last batch that is not
 * full is filled up with the first draws of the epoch, since a step has one fixed size.
 *
 * With `groupOf` the epoch has as many squares, and every group of tiles the same share of them, but for
 * one more or less. Within a group tiles take turns over the epochs, in a new order each round, so that
 * none is ever ahead of another by more than one square.
 */
export function epochBatches(
  ids: readonly string[],
  copies: number | ReadonlyMap<string, number>,
  epoch: number,
  { seed, batch }: Pick<Recipe, 'seed' | 'batch'>,
  groupOf: (id: string) => string = () => '',
): readonly (readonly Draw[])[] {
  const each = ids.map((id) => copiesOf(copies, id));
  // Tiles of one size have one turn in a round each, a larger one as many as its share.
  const unit = each.reduce(greatestCommonDivisor, 0);
  const groups = new Map<string, number[]>();
  for (const [at, id] of ids.entries()) {
    const group = groupOf(id);
    const members = groups.get(group) ?? [];
    groups.set(group, members);
    for (let turn = 0; turn < each[at]; turn += unit) members.push(at);
  }
  const squares = each.reduce((sum, count) => sum + count, 0);
  const counts = new Uint32Array(ids.length);
  for (const [at, [group, members]] of [...groups].entries()) {
    // Floors of (n + at) / groups add up to n over all groups: whole shares that make the epoch.
    const drawnUntil = (epochs: number) => Math.floor((epochs * squares + at) / groups.size);
    const turns = turnsOf(members, drawnUntil(epoch - 1), drawnUntil(epoch), [seed, group]);
    for (const member of turns) counts[member]++;
  }
  const all = ids.flatMap((id, at) =>
    Array.from({ length: counts[at] }, (_, copy) => ({ id, copy })),
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

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Turns `from` (included) to `to` of an endless row of rounds; in each, every member has one. */
function turnsOf(
  members: readonly number[],
  from: number,
  to: number,
  key: readonly (number | string)[],
): readonly number[] {
  const count = members.length;
  const first = Math.floor(from / count);
  const rounds = Array.from({ length: Math.ceil(to / count) - first }, (_, round) =>
    randomStream(...key, first + round, 'turns of a group').shuffled(members),
  );
  return rounds.flat().slice(from - first * count, to - first * count);
}

/** Where the draw's square lies in its tile, and how it is augmented. `mask` is the tile's truth map. */
export function drawPlacement(
  tile: { readonly width: number; readonly height: number; readonly mask: Uint8Array },
  draw: Draw,
  epoch: number,
  {
    seed,
    crop,
    sampling,
    augmentation,
  }: Pick<Recipe, 'seed' | 'crop' | 'sampling' | 'augmentation'>,
): Placement {
  const stream = (purpose: string) => randomStream(seed, epoch, draw.id, draw.copy, purpose);
  const { width, height, mask } = tile;
  const foreground = { mask, share: sampling.foregroundShare };
  return {
    crop: drawCrop(stream('crop'), { width, height, size: crop, foreground }),
    augmentation: drawAugmentation(stream, crop, augmentation),
  };
}
