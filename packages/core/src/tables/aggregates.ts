/** Fields of R that hold numbers, or nothing. */
export type NumericField<R> = {
  [K in keyof R]-?: R[K] extends number | null | undefined ? K : never;
}[keyof R];

/** The finite numbers of a field, in the order of the rows; what is not finite is no value. */
export function finiteValues<R>(rows: readonly R[], field: NumericField<R>): number[] {
  const values: number[] = [];
  for (const row of rows) {
    const value = row[field] as number | null | undefined;
    if (typeof value === 'number' && Number.isFinite(value)) values.push(value);
  }
  return values;
}

/** How many rows have a value in the field. */
export function count<R>(rows: readonly R[], field: NumericField<R>): number {
  return finiteValues(rows, field).length;
}

/** The sum of the field's values; 0 where there is none. */
export function sum<R>(rows: readonly R[], field: NumericField<R>): number {
  return finiteValues(rows, field).reduce((total, value) => total + value, 0);
}

/** The mean of the field's values, null where there is none. */
export function mean<R>(rows: readonly R[], field: NumericField<R>): number | null {
  return meanOf(finiteValues(rows, field));
}

/** The median of the field's values, null where there is none. */
export function median<R>(rows: readonly R[], field: NumericField<R>): number | null {
  return quantileOf(finiteValues(rows, field), 0.5);
}

/** A quantile of the field's values, null where there is none; see `quantileOf`. */
export function quantile<R>(
  rows: readonly R[],
  field: NumericField<R>,
  probability: number,
): number | null {
  return quantileOf(finiteValues(rows, field), probability);
}

/** The mean of numbers, null where there is none. */
export function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

/** The standard deviation of a sample, over n - 1; null for fewer than two numbers. */
export function deviationOf(values: readonly number[]): number | null {
  const middle = meanOf(values);
  if (middle === null || values.length < 2) return null;
  let squares = 0;
  for (const value of values) squares += (value - middle) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * A quantile of numbers, in any order, null where there is none: linear between order statistics, type 7 of
 * Hyndman and Fan (1996), as NumPy's default.
 *
 * @throws RangeError a probability outside 0 to 1
 */
export function quantileOf(values: readonly number[], probability: number): number | null {
  if (!(probability >= 0 && probability <= 1))
    throw new RangeError(`quantile: probability ${probability} is outside 0 to 1`);
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const place = probability * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
