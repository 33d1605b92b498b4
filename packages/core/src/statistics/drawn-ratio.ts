import type { DrawnMetric } from './drawn-intervals.js';

/**
 * A ratio of sums over items, each item counted as often as it is drawn: means, pooled overlaps, F1 and
 * panoptic quality are such ratios.
 *
 * @param parts what each item adds above the line, finite
 * @param wholes what each adds below it, in the same order, 0 or more
 * @param ofNothing the value where the items drawn add nothing below the line, as two empty masks have
 *   an IoU of 1; none unless told. Of no item at all there is never a value
 * @throws RangeError where the lengths differ
 */
export function drawnRatio(
  parts: readonly number[],
  wholes: readonly number[],
  ofNothing: number | null = null,
): DrawnMetric {
  if (parts.length !== wholes.length)
    throw new RangeError(`drawnRatio: ${parts.length} parts of ${wholes.length} wholes`);
  // Called for every resample.
  const above = Float64Array.from(parts);
  const below = Float64Array.from(wholes);
  return (counts) => {
    let part = 0;
    let whole = 0;
    let drawn = 0;
    for (let k = 0; k < above.length; k++) {
      part += above[k] * counts[k];
      whole += below[k] * counts[k];
      drawn += counts[k];
    }
    if (whole !== 0) return part / whole;
    return drawn === 0 ? null : ofNothing;
  };
}
