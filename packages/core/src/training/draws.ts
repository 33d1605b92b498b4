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
 * The batches of an epoch: `copies` squares of every tile, or as many of each as it says by their id
 * (`copiesPerTile` of tiles of several sizes), in a seeded order. A last batch that is not
 * full is filled up with the first draws of the epoch, since a step has one fixed size.
 *
 * With `groupOf` the epoch has as many squares, and every group of tiles the same share of them, but for
 * one more or less. Within a group tiles take turns over the epochs, in a new order each round, so that
 * of tiles of one size none is ever ahead of another by more than one square.
 */
export function epochBatches(
  ids: readonly string[],
  copies: number | ReadonlyMap<string, number>,
  epoch: number,
  { seed, batch }: Pick<Recipe, 'seed' | 'batch'>,
  groupOf: (id: string) => string = () => '',
): readonly (readonly Draw[])[] {
  const perTile = ids.map((id) => copiesOf(copies, id));
  const squares = perTile.reduce((sum, count) => sum + count, 0);
  const groups = new Map<string, number[]>();
  for (const [at, id] of ids.entries()) {
    const group = groupOf(id);
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [at]);
    else members.push(at);
  }
  const counts = new Uint32Array(ids.length);
  for (const [at, [group, members]] of [...groups].entries()) {
    // Floors of (n + at) / groups add up to n over all groups: whole shares that make the epoch.
    const drawnUntil = (epochs: number) => Math.floor((epochs * squares + at) / groups.size);
    const round = roundOf(members, perTile);
    for (const member of turnsOf(round, drawnUntil(epoch - 1), drawnUntil(epoch), [seed, group]))
      counts[member]++;
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

/** A round of a group's turns: every member once, or as often as its size is to that of the others. */
function roundOf(members: readonly number[], perTile: readonly number[]): readonly number[] {
  const shared = members.reduce((divisor, at) => commonDivisor(divisor, perTile[at]), 0);
  return members.flatMap((at) => Array<number>(perTile[at] / shared).fill(at));
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Turns `from` (included) to `to` of an endless row of rounds, each in an order of its own. */
function turnsOf(
  round: readonly number[],
  from: number,
  to: number,
  key: readonly (number | string)[],
): readonly number[] {
  const count = round.length;
  const first = Math.floor(from / count);
  const rounds = Array.from({ length: Math.ceil(to / count) - first }, (_, k) =>
    randomStream(...key, first + k, 'turns of a group').shuffled(round),
  );
  return rounds.flat().slice(from - first * count, to - first * count);
}

export function copiesOf(copies: number | ReadonlyMap<string, number>, id: string): number {
  const count = typeof copies === 'number' ? copies : copies.get(id);
  if (count === undefined) throw new RangeError(`no number of copies for ${id}`);
  return count;
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
