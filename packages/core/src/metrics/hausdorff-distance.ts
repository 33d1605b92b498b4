import { quantileOf } from '../tables/aggregates.js';
import type { BoundaryDistances } from './boundary-distances.js';

/**
 * Hausdorff distance of one image, by default its robust form HD95: the 95th percentile of the
 * distances from each mask's boundary to the other's, and of the two directions the greater.
 *
 * Percentiles are linear between order statistics (NumPy's default). Other programs differ: some take
 * the percentile of both directions together, or count the image's border as boundary.
 *
 * Source: Huttenlocher and others, *Comparing images using the Hausdorff distance* (1993); Maier-Hein
 * and others, *Metrics reloaded* (2024).
 *
 * @param quantile 0 to 1; 0.95 unless told, 1 for the Hausdorff distance itself
 * @returns pixels; null where a mask has no boundary (is empty or full)
 * @throws RangeError a quantile out of range
 */
export function hausdorffDistance(
  { ofTruth, ofPrediction }: BoundaryDistances,
  quantile = 0.95,
): number | null {
  const there = quantileOf(Array.from(ofTruth), quantile);
  const back = quantileOf(Array.from(ofPrediction), quantile);
  return there === null || back === null ? null : Math.max(there, back);
}
