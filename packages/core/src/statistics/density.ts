import { meanOf } from '../tables/aggregates.js';

/** A curve by its points, in parallel arrays. */
export interface DensityCurve {
  readonly at: Float64Array;
  /** Per unit of the values. */
  readonly density: Float64Array;
}

/**
 * Bandwidth of a Gaussian kernel by Scott's rule: the standard deviation (n - 1) times n^(-1/5), as
 * `scipy.stats.gaussian_kde` and seaborn have it.
 *
 * @returns 0 where the values do not differ, and without values
 */
export function scottBandwidth(values: readonly number[]): number {
  const centre = meanOf(values);
  if (centre === null || values.length < 2) return 0;
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1)) * values.length ** -0.2;
}

/**
 * Kernel density of values at `points` places evenly spaced from `low` to `high`, Gaussian with Scott's
 * bandwidth.
 *
 * What a kernel would have beyond a bound (a share cannot be below 0) is reflected into the range
 * (Silverman, *Density Estimation*, 1986, section 2.10), so that the area within the bounds is 1.
 *
 * @param bounds ends of the values' range, where it has any; no value lies beyond them
 * @throws RangeError where the bandwidth is 0: fewer than two different values
 */
export function kernelDensity(
  values: readonly number[],
  [low, high]: readonly [number, number],
  points: number,
  bounds: { readonly low?: number; readonly high?: number } = {},
): DensityCurve {
  const bandwidth = scottBandwidth(values);
  if (!(bandwidth > 0))
    throw new RangeError(`kernelDensity: ${values.length} values that do not differ`);
  const mirrors = [bounds.low, bounds.high].filter((bound) => bound !== undefined);
  const scale = 1 / (values.length * bandwidth * Math.sqrt(2 * Math.PI));
  const kernels = (x: number): number => {
    let total = 0;
    for (const value of values) total += Math.exp(-0.5 * ((x - value) / bandwidth) ** 2);
    return total * scale;
  };
  const at = Float64Array.from(
    { length: points },
    (_, n) => low + ((high - low) * n) / (points - 1),
  );
  const density = at.map((x) =>
    mirrors.reduce((sum, bound) => sum + kernels(2 * bound - x), kernels(x)),
  );
  return { at, density };
}
