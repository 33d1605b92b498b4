/** Matrices of a minimal filtering algorithm: y = A ((G w) * (B x)) elementwise, rows of each matrix. */
export interface CookToom {
  /** [m, n]: m results of n products. */
  readonly results: readonly (readonly number[])[];
  /** [n, k]: of a kernel of k taps. */
  readonly kernel: readonly (readonly number[])[];
  /** [n, n]: of n inputs. */
  readonly inputs: readonly (readonly number[])[];
}

/** Points of evaluation; with few and small numbers the matrices lose the fewest digits. */
const points = [0, 1, -1, 2, -2, 0.5, -0.5];

/**
 * F(m, k): m neighbouring results of a correlation with k taps in n = m + k - 1 products, in place of
 * m k (Winograd 1980; Lavin and Gray 2016). Polynomials are multiplied by way of their values at n - 1
 * points and at infinity; transposed, that is a correlation. Column 1 of `results`, which belongs to
 * the point 1, is all ones. m + k is at most 9.
 */
export function cookToom(m: number, k: number): CookToom {
  const n = m + k - 1;
  if (n - 1 > points.length) throw new RangeError(`F(${m}, ${k}) needs ${n - 1} points`);
  const values = (terms: number) =>
    Array.from({ length: n }, (_, i) =>
      Array.from({ length: terms }, (_, j) =>
        i < n - 1 ? (points[i] as number) ** j : Number(j === terms - 1),
      ),
    );
  const inputs = transposed(inverse(values(n)));
  // A power of two moves between the two factors of a product: neither grows large.
  const scales = inputs.map(
    (row) => 2 ** Math.round(Math.log2(Math.max(...row.map((value) => Math.abs(value))))),
  );
  const scaled = (rows: readonly (readonly number[])[], by: (scale: number) => number) =>
    rows.map((row, i) => row.map((value) => value * by(scales[i] as number)));
  return {
    results: transposed(values(m)),
    kernel: scaled(values(k), (scale) => scale),
    inputs: scaled(inputs, (scale) => 1 / scale),
  };
}

function transposed(rows: readonly (readonly number[])[]): number[][] {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] as number));
}

/** Gauss-Jordan elimination with pivots; the matrix must have an inverse. */
function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => Number(i === j))]);
  for (let column = 0; column < n; column++) {
    const below = rows.slice(column).map((row) => Math.abs(row[column] as number));
    const pivot = column + below.indexOf(Math.max(...below));
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const lead = rows[column] as number[];
    const divisor = lead[column] as number;
    rows[column] = lead.map((value) => value / divisor);
    for (let i = 0; i < n; i++) {
      const factor = rows[i]?.[column] as number;
      if (i !== column && factor !== 0)
        rows[i] = (rows[i] as number[]).map(
          (value, j) => value - factor * ((rows[column] as number[])[j] as number),
        );
    }
  }
  return rows.map((row) => row.slice(n));
}
