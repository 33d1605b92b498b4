import type { BoundaryDistances } from './boundary-distances.js';

/** How well boundaries agree within a tolerance, 0 to 1. */
export interface BoundaryScore {
  /** Share of the prediction's boundary near the truth's; null where it has none. */
  readonly precision: number | null;
  /** Share of the truth's boundary near the prediction's; null where it has none. */
  readonly recall: number | null;
  /** Their harmonic mean, 0 where only one mask has a boundary; null where neither has. */
  readonly f: number | null;
}

/**
 * Boundary F-measure of one image: the harmonic mean of precision and recall of boundary pixels, one
 * being right that lies within the tolerance of a boundary pixel of the other mask.
 *
 * Source: Csurka and others, *What is a good evaluation measure for semantic segmentation?* (2013);
 * Perazzi and others (DAVIS, 2016), who take 0.008 of the image's diagonal, 5.8 pixels of a tile of 512.
 *
 * @param tolerance pixels, 0 or more, centre to centre
 * @throws RangeError a tolerance that is negative or not finite
 */
export function boundaryF(
  { ofTruth, ofPrediction }: BoundaryDistances,
  tolerance: number,
): BoundaryScore {
  if (!(Number.isFinite(tolerance) && tolerance >= 0))
    throw new RangeError(`tolerance ${tolerance} is not a number of pixels from 0`);
  const precision = shareWithin(ofPrediction, tolerance);
  const recall = shareWithin(ofTruth, tolerance);
  return { precision, recall, f: harmonicMean(precision, recall) };
}

function shareWithin(distances: Float64Array, tolerance: number): number | null {
  if (distances.length === 0) return null;
  let within = 0;
  for (const distance of distances) if (distance <= tolerance) within++;
  return within / distances.length;
}

function harmonicMean(a: number | null, b: number | null): number | null {
  if (a === null && b === null) return null;
  return a && b ? (2 * a * b) / (a + b) : 0;
}
