import { countComponents } from '../geometry/index.js';

/** What is labelled in one tile. Sizes are in 1000 pixels, shares in parts of the tile, 0 to 1. */
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
};

/** Masks of one tile: 0/1, height*width. They may overlap. */
export interface LabelMasks {
  readonly vessel: Uint8Array;
  readonly glomerulus: Uint8Array;
  readonly unsure: Uint8Array;
}

/**
 * Statistics of a tile's labels: those of the source notebook (`cv2.connectedComponents`, the mean size
 * of the components, the share of vessel pixels), and the shares of the two classes it left out.
 *
 * @throws RangeError a mask of another length than width * height, or an empty tile
 */
export function labelStatistics(
  { vessel, glomerulus, unsure }: LabelMasks,
  width: number,
  height: number,
): LabelStatistics {
  const pixels = width * height;
  for (const [name, mask] of Object.entries({ vessel, glomerulus, unsure }))
    if (mask.length !== pixels || pixels === 0)
      throw new RangeError(`${name} mask of ${mask.length} pixels for ${width} x ${height}`);
  const positive = countOnes(vessel);
  const vessels = positive === 0 ? 0 : countComponents(vessel, width, height, 8);
  return {
    vessels,
    meanVesselSize: vessels === 0 ? null : positive / vessels / 1000,
    totalVesselSize: positive / 1000,
    positiveRatio: positive / pixels,
    glomerulusShare: countOnes(glomerulus) / pixels,
    unsureShare: countOnes(unsure) / pixels,
  };
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
