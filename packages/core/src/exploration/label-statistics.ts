import { countComponents } from '../geometry/index.js';

/** What is labelled in one tile. Sizes are in 1000 pixels, shares from 0 to 1. */
export type LabelStatistics = {
  /** Number of vessels: 8-connected components of the vessel mask. Outlines that touch are one vessel. */
  readonly vessels: number;
  /** Of the components; null where there is none. */
  readonly meanVesselSize: number | null;
  readonly totalVesselSize: number;
  /** Share of vessel pixels. */
  readonly positiveRatio: number;
  readonly glomerulusShare: number;
  readonly unsureShare: number;
  /** Share of the tile's pixels that do not count; all other shares are of those that do. */
  readonly ignoredShare: number;
};

/** Masks of one tile: 0/1, height*width. They may overlap. */
export interface LabelMasks {
  readonly vessel: Uint8Array;
  readonly glomerulus: Uint8Array;
  readonly unsure: Uint8Array;
  /** What does not count; nothing unless told. No pixel of it is vessel. */
  readonly ignored?: Uint8Array | undefined;
}

/**
 * Statistics of a tile's labels: those of the source notebook (`cv2.connectedComponents`, the mean size
 * of the components, the share of vessel pixels), and the shares of the two classes it left out.
 *
 * Ignored pixels are left out of the other classes, and of what their shares are parts of.
 *
 * @throws RangeError a mask of another length than width * height, or an empty tile
 */
export function labelStatistics(
  { vessel, glomerulus, unsure, ignored }: LabelMasks,
  width: number,
  height: number,
): LabelStatistics {
  const pixels = width * height;
  const given = { vessel, glomerulus, unsure, ...(ignored && { ignored }) };
  for (const [name, mask] of Object.entries(given))
    if (mask.length !== pixels || pixels === 0)
      throw new RangeError(`${name} mask of ${mask.length} pixels for ${width} x ${height}`);
  const counted = pixels - (ignored === undefined ? 0 : countOnes(ignored));
  const share = (ones: number) => (counted === 0 ? 0 : ones / counted);
  const positive = countOnes(vessel);
  const vessels = positive === 0 ? 0 : countComponents(vessel, width, height, 8);
  return {
    vessels,
    meanVesselSize: vessels === 0 ? null : positive / vessels / 1000,
    totalVesselSize: positive / 1000,
    positiveRatio: share(positive),
    glomerulusShare: share(countCounted(glomerulus, ignored)),
    unsureShare: share(countCounted(unsure, ignored)),
    ignoredShare: 1 - counted / pixels,
  };
}

function countCounted(mask: Uint8Array, ignored: Uint8Array | undefined): number {
  return countOnes(ignored === undefined ? mask : mask.map((value, at) => value & ~ignored[at]));
}

function countOnes(mask: Uint8Array): number {
  let ones = 0;
  // Most masks are empty or nearly: indexOf passes over zeros many times faster than a loop.
  for (let at = mask.indexOf(1); at !== -1; at = mask.indexOf(1, at))
    while (mask[at] === 1) {
      ones++;
      at++;
    }
  return ones;
}
