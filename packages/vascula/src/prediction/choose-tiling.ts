import { InputError, type Tiling } from '@vascula/core';
import type { ImageSize } from '../dataset/index.js';
import { gibibytes } from '../training/index.js';

/** How images are to be cut, as flags say it; what is left out is chosen. */
export interface TilingWishes {
  /** Side of the windows in pixels, or no windows. */
  readonly window?: number | 'whole';
  /** Pixels that windows share at least. */
  readonly overlap?: number;
}

/** What of the networks that predict decides how an image can be cut. */
export interface NetworkFacts {
  /** Sizes are multiples of it. */
  readonly multiple: number;
  /** How far they see; undefined where that is not known. */
  readonly reach: number | undefined;
  /** Memory that an image of a size takes at once, without the image and its map. */
  bytes(size: ImageSize): number;
}

/** Windows are as large as tiles mostly are; for networks that see far, so large that a third is margin. */
const USUAL_WINDOW = 512;
const REACHES_IN_WINDOW = 6;

/** Most of a window that may be margin: then an image takes 16 times as long as at once. */
const MOST_MARGIN = 3 / 4;

/**
 * How an image is cut: not at all (null) where it fits into the memory, else into windows that do. Windows
 * overlap by twice as much as the network sees, so that nothing changes but rounding; where they cannot, by
 * half, and are averaged.
 *
 * @param available bytes that may be taken
 * @throws InputError where nothing fits, or what is wished for does not.
 */
export function chooseTiling(
  size: ImageSize,
  facts: NetworkFacts,
  { window, overlap }: TilingWishes,
  available: number,
): Tiling | null {
  const fits = (side: number) => facts.bytes(within(size, side)) <= available;
  const wholeSide = Math.max(size.width, size.height);
  if (window === 'whole' || (window !== undefined && wholeSide <= window)) {
    if (fits(wholeSide)) return null;
    throw tooLarge(size, facts.bytes(size), available, '--window', 'Name a smaller window');
  }
  if (window !== undefined) {
    if (fits(window)) return withOverlap(window, facts, overlap);
    const needed = facts.bytes(within(size, window));
    throw tooLarge(within(size, window), needed, available, '--window', 'Name a smaller one');
  }
  if (fits(wholeSide)) return null;
  const side = windowSides(facts, overlap).find(fits);
  if (side !== undefined) return withOverlap(side, facts, overlap);
  const least = windowSides(facts, overlap).at(-1) as number;
  const needed = facts.bytes(within(size, least));
  throw tooLarge(within(size, least), needed, available, undefined, 'Close other programs');
}

/** @throws InputError where wishes do not suit the networks, or each other. */
export function checkWishes({ window, overlap }: TilingWishes, { multiple }: NetworkFacts): void {
  const refuse = (flag: string, value: number, expected: string) => {
    throw new InputError({ path: flag, problem: `is ${value}`, expected });
  };
  if (overlap !== undefined && window === 'whole')
    throw new InputError({ path: '--overlap', problem: 'is for windows, and --window is whole' });
  if (typeof window === 'number' && (window % multiple !== 0 || window === 0))
    refuse(
      '--window',
      window,
      `a multiple of ${multiple}, such as ${Math.max(1, Math.round(window / multiple)) * multiple}`,
    );
  if (overlap !== undefined && overlap % multiple !== 0)
    refuse('--overlap', overlap, `a multiple of ${multiple}`);
  if (overlap !== undefined && typeof window === 'number' && overlap >= window)
    refuse('--overlap', overlap, `less than the window of ${window}`);
}

function withOverlap(window: number, facts: NetworkFacts, wish: number | undefined): Tiling {
  const margins = marginsOf(facts);
  const enough = margins !== undefined && margins <= MOST_MARGIN * window;
  const half = up(window / 2, facts.multiple);
  const overlap = wish ?? (enough ? margins : half < window ? half : 0);
  return { window, overlap, exact: margins !== undefined && overlap >= margins };
}

/** Sides that are tried, from the largest. */
function windowSides(facts: NetworkFacts, overlap: number | undefined): number[] {
  const { multiple, reach = 0 } = facts;
  const wanted = Math.max(USUAL_WINDOW, REACHES_IN_WINDOW * reach, 2 * (overlap ?? 0));
  const least = Math.max(4 * multiple, (overlap ?? 0) + multiple);
  const sides: number[] = [];
  for (let side = up(wanted, multiple); side >= least; side = up(side / 2, multiple)) {
    sides.push(side);
    if (side === up(side / 2, multiple)) break;
  }
  return sides.length > 0 ? sides : [least];
}

/** What two windows have to share so that each pixel is out of reach of one's border. */
function marginsOf({ reach, multiple }: NetworkFacts): number | undefined {
  return reach === undefined ? undefined : up(2 * reach, multiple);
}

function up(size: number, multiple: number): number {
  return Math.ceil(size / multiple) * multiple;
}

function within({ width, height }: ImageSize, side: number): ImageSize {
  return { width: Math.min(width, side), height: Math.min(height, side) };
}

function tooLarge(
  { width, height }: ImageSize,
  needed: number,
  available: number,
  path: string | undefined,
  hint: string,
): InputError {
  return new InputError({
    path,
    problem: `predicting ${width} x ${height} pixels at once takes about ${gibibytes(needed)} of memory, and ${gibibytes(Math.max(0, available))} are available`,
    hint,
  });
}
