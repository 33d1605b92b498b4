/** A change of the amounts of three stains: amount -> scale * amount + shift, in units of optical density. */
export interface StainChange {
  /** Of haematoxylin, eosin and the third. */
  readonly scale: readonly [number, number, number];
  readonly shift: readonly [number, number, number];
}

/**
 * Optical density in R, G and B of one unit of haematoxylin, of eosin, and of DAB (Ruifrok & Johnston
 * 2001, as scikit-image has them), row by row.
 */
const STAINS = [0.65, 0.7, 0.29, 0.07, 0.99, 0.11, 0.27, 0.57, 0.78] as const;

/**
 * What a change of stain amounts does to the row vector of a pixel's optical densities:
 * densities * `matrix` + `offset`, with matrix = S^-1 diag(scale) S and offset = shift S (Tellez et al.
 * 2018, augmentation of H&E by haematoxylin, eosin and DAB).
 */
export function opticalDensityMap({ scale, shift }: StainChange): {
  /** 3 * 3, row-major. */
  readonly matrix: readonly number[];
  readonly offset: readonly number[];
} {
  const scaled = STAINS.map((density, at) => (scale[Math.floor(at / 3)] as number) * density);
  return { matrix: product(inverse(STAINS), scaled), offset: product(shift, STAINS) };
}

/** Rows of three times a 3 * 3 matrix, both row-major. */
function product(a: readonly number[], b: readonly number[]): number[] {
  return a.map((_, at) => {
    const row = at - (at % 3);
    const column = at % 3;
    return a[row] * b[column] + a[row + 1] * b[3 + column] + a[row + 2] * b[6 + column];
  });
}

function inverse([a, b, c, d, e, f, g, h, i]: readonly number[]): number[] {
  const cofactors = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  const determinant = a * (e * i - f * h) + b * (f * g - d * i) + c * (d * h - e * g);
  return cofactors.flat().map((cofactor) => cofactor / determinant);
}
