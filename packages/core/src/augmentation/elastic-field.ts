import type { Random } from '../random.js';

/**
 * A smooth field of displacements over a square: vectors at the points of a coarse grid, cubic B-splines
 * between them (Rueckert et al. 1999, free-form deformation).
 *
 * Point k of an axis lies at (k - 1) * spacing pixels, so that every place of the square has two points
 * on either side.
 */
export interface ElasticField {
  /** Pixels from one point of the grid to the next. */
  readonly spacing: number;
  /** Points on an axis. */
  readonly points: number;
  /** Displacements in pixels of the square, points * points, row-major. */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/**
 * Draws the vectors from a Gaussian, as U-Net's authors do (Ronneberger et al. 2015: 10 pixels). Between
 * the points the spline averages: over the square displacements have about half that deviation.
 *
 * @param side of the square in pixels.
 * @param amplitude standard deviation of a vector's components in pixels.
 */
export function drawElasticField(
  random: Random,
  side: number,
  { amplitude, spacing }: { readonly amplitude: number; readonly spacing: number },
): ElasticField {
  const points = Math.floor((side - 1) / spacing) + 4;
  const component = () =>
    Float32Array.from({ length: points * points }, () => amplitude * random.normal());
  return { spacing, points, x: component(), y: component() };
}

/** For each pixel of an axis the first of the four points that act on it, and their weights. */
export interface SplineAxis {
  readonly first: Int32Array;
  /** Four a pixel; they add up to 1. */
  readonly weights: Float64Array;
}

export function splineAxis(side: number, spacing: number): SplineAxis {
  const first = new Int32Array(side);
  const weights = new Float64Array(4 * side);
  for (let k = 0; k < side; k++) {
    first[k] = Math.floor(k / spacing);
    const t = k / spacing - first[k];
    weights[4 * k] = (1 - t) ** 3 / 6;
    weights[4 * k + 1] = (3 * t ** 3 - 6 * t ** 2 + 4) / 6;
    weights[4 * k + 2] = (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6;
    weights[4 * k + 3] = t ** 3 / 6;
  }
  return { first, weights };
}

/** Displacements of one row of pixels, written to `x` and `y`. */
export function elasticRow(
  field: ElasticField,
  axis: SplineAxis,
  row: number,
  x: Float64Array,
  y: Float64Array,
): void {
  const { points } = field;
  const { first, weights } = axis;
  const start = first[row] * points;
  const blended = (vectors: Float32Array): Float64Array =>
    Float64Array.from({ length: points }, (_, k) => {
      let sum = 0;
      for (let line = 0; line < 4; line++)
        sum += weights[4 * row + line] * vectors[start + line * points + k];
      return sum;
    });
  const [acrossX, acrossY] = [blended(field.x), blended(field.y)];
  for (let column = 0; column < x.length; column++) {
    const point = first[column];
    const w = 4 * column;
    x[column] =
      weights[w] * acrossX[point] +
      weights[w + 1] * acrossX[point + 1] +
      weights[w + 2] * acrossX[point + 2] +
      weights[w + 3] * acrossX[point + 3];
    y[column] =
      weights[w] * acrossY[point] +
      weights[w + 1] * acrossY[point + 1] +
      weights[w + 2] * acrossY[point + 2] +
      weights[w + 3] * acrossY[point + 3];
  }
}
