/** One of the eight ways to lay an image on its own square grid: mirrored, turned, or both. */
export interface Symmetry {
  /** Rows become columns, before the flips. */
  readonly transposed: boolean;
  readonly flippedX: boolean;
  readonly flippedY: boolean;
}

/** Symmetries that a prediction can be averaged over. */
export const testTimeAugmentations = ['none', 'flips', 'dihedral'] as const;
export type TestTimeAugmentation = (typeof testTimeAugmentations)[number];

const both = [false, true];
const flips: readonly Symmetry[] = both.flatMap((flippedY) =>
  both.map((flippedX) => ({ transposed: false, flippedX, flippedY })),
);

/** `flips`: as it is, left-right, up-down, both. `dihedral`: those, and all four turned by 90 degrees. */
export const symmetriesOf: Readonly<Record<TestTimeAugmentation, readonly Symmetry[]>> = {
  none: flips.slice(0, 1),
  flips,
  dihedral: [...flips, ...flips.map((one) => ({ ...one, transposed: true }))],
};

/** Where the pixels of the laid-out image lie in the one it was made of: `base + x alongX + y alongY`. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly base: number;
  readonly alongX: number;
  readonly alongY: number;
}

/** The layout of an image of a size under a symmetry. */
export function layoutOf(
  { transposed, flippedX, flippedY }: Symmetry,
  { width, height }: { readonly width: number; readonly height: number },
): Layout {
  const base = (flippedX ? width - 1 : 0) + (flippedY ? (height - 1) * width : 0);
  const column = flippedX ? -1 : 1;
  const row = flippedY ? -width : width;
  return transposed
    ? { width: height, height: width, base, alongX: row, alongY: column }
    : { width, height, base, alongX: column, alongY: row };
}
