import { InputError } from '../errors.js';
import {
  buildModel,
  contrastSides,
  emptyParameters,
  type ModelSpec,
  sizeMultiple,
} from '../models/index.js';
import { networkReach } from '../prediction/index.js';
import { type Choice, choice } from './choice.js';
import type { Fingerprint } from './fingerprint.js';

/** Sides of squares that are tried, smallest first. */
const crops = [128, 256, 512] as const;

/** The smallest map of a network is to keep this many pixels a side. */
const leastMap = 8;

/** A square is to be this many times as wide as vessels are, and a network to see as far. */
const surroundings = 2;

/** Wider vessels than these are darker or brighter than their surroundings as a whole. */
const widestEvened = 64;

const pixels = (length: number) => `${Number(length.toFixed(1))} px`;

/**
 * The side of the squares: the smallest of 128, 256 and 512 pixels in which a vessel fits with its
 * surroundings, or what fits into the images.
 *
 * @throws InputError images below 16 x 16 pixels
 */
export function chooseCrop({
  widest,
  smallest,
}: Pick<Fingerprint, 'widest' | 'smallest'>): Choice<number> {
  const side = Math.min(smallest.width, smallest.height);
  if (side < 2 * leastMap)
    throw new InputError({
      problem: `the smallest images are ${smallest.width} x ${smallest.height} pixels`,
      expected: `at least ${2 * leastMap} x ${2 * leastMap}, for a network of two levels`,
    });
  const wanted = crops.find((crop) => crop >= surroundings * widest) ?? 512;
  if (wanted > side) {
    const multiple = 2 ** (deepestFor(side) - 1);
    const fitting = side - (side % multiple);
    return choice(
      fitting,
      `the smallest images are ${smallest.width} x ${smallest.height}: what fits of ${wanted}`,
    );
  }
  return choice(
    wanted,
    wanted === 128
      ? `twice the ${pixels(widest)} of the widest vessels fit; more and smaller squares beat fewer large ones of as many pixels in all (DRIVE: Dice 0.811 against 0.802)`
      : `vessels are up to ${pixels(widest)} wide: ${wanted === 512 && wanted < surroundings * widest ? 'the largest squares tried' : 'a square shows them with as much around them'}`,
  );
}

/**
 * Levels of resolution: four, or as many as it takes to see a vessel with its surroundings, so long as the
 * smallest map keeps 8 pixels a side.
 */
export function chooseDepth(
  { widest }: Pick<Fingerprint, 'widest'>,
  crop: number,
  structure: Pick<ModelSpec, 'kernel' | 'convolutions'>,
): Choice<number> {
  const deepest = deepestFor(crop);
  const first = Math.min(4, deepest);
  let depth = first;
  while (depth < deepest && fieldOf(depth, structure) < surroundings * widest) depth++;
  const field = fieldOf(depth, structure);
  const map = crop / 2 ** (depth - 1);
  const seen =
    field >= widest
      ? `sees ${field} px across, and vessels are up to ${pixels(widest)} wide`
      : `sees ${field} px across, less than the ${pixels(widest)} of the widest vessels`;
  const limit =
    depth === deepest && (depth < first || field < surroundings * widest || depth < 4)
      ? `; no deeper, or the smallest map of ${map} px would have less than ${leastMap}`
      : `; its smallest map is ${map} px a side`;
  return choice(depth, `${seen}${limit}`);
}

/**
 * The window in which light and contrast are evened out: the odd side next to half the square, where no vessel is wider
 * than it; 0, for none, where vessels are wide.
 */
export function chooseLocalContrast(
  { widest }: Pick<Fingerprint, 'widest'>,
  crop: number,
): Choice<number> {
  const side = Math.min(contrastSides[1], 2 * Math.floor(crop / 4) + 1);
  if (widest > widestEvened)
    return choice(
      0,
      `vessels are up to ${pixels(widest)} wide: it cost a third of the IoU of kidney vessels of 89 px, which their light tells from their surroundings`,
    );
  if (widest > side)
    return choice(0, `a window of half a square, ${side} px, is less than the widest vessels`);
  return choice(
    side,
    'half a square: light and stain change more slowly; it learns in fewer steps, and other slides and cameras better (DRIVE, MoNuSeg, synthetic slides)',
  );
}

/** The most levels of a network on squares of this side, whose size they must divide. */
function deepestFor(side: number): number {
  let depth = Math.max(2, 1 + Math.floor(Math.log2(side / leastMap)));
  // Squares that images are too small for are cut to a multiple before they come here.
  while (depth > 2 && side < leastMap * sizeMultiple({ depth })) depth--;
  return Math.min(depth, 6);
}

/** Pixels along an axis that one pixel of the output may depend on. */
function fieldOf(depth: number, structure: Pick<ModelSpec, 'kernel' | 'convolutions'>): number {
  const spec: ModelSpec = {
    architecture: 'unet',
    base: 1,
    depth,
    ...structure,
    inputChannels: 3,
    classes: 1,
    momentum: 0.9,
  };
  const side = sizeMultiple(spec);
  const reach = networkReach(
    buildModel(spec, { batch: 1, height: side, width: side }, emptyParameters),
  );
  return reach === undefined ? Number.POSITIVE_INFINITY : 2 * reach + 1;
}
