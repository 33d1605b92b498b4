import type { RgbPixels } from '../prediction/index.js';

/** Colours of a comparison, as the notebook has them: red over green is yellow. */
export const comparisonColours = {
  truePositive: [255, 225, 0],
  falseNegative: [0, 190, 70],
  falsePositive: [235, 40, 40],
} as const satisfies Record<string, readonly [number, number, number]>;

/** Pixels of white between panels. */
const gap = 8;

/**
 * A strip of four panels: the tile, the truth (green), the prediction (red), and both over the tile:
 * found pixels yellow, missed ones green, wrongly claimed ones red.
 *
 * @param truth 0/1, height * width.
 * @param prediction 0/1, height * width.
 */
export function comparisonStrip(
  image: RgbPixels,
  truth: Uint8Array,
  prediction: Uint8Array,
): RgbPixels {
  const { width, height, data } = image;
  for (const [name, mask] of Object.entries({ truth, prediction }))
    if (mask.length !== width * height)
      throw new RangeError(`${name} of ${mask.length} pixels for a tile of ${width} x ${height}`);
  const panels = 4;
  const total = panels * width + (panels - 1) * gap;
  const strip = new Uint8Array(total * height * 3).fill(255);
  const { truePositive, falseNegative, falsePositive } = comparisonColours;
  const black = [0, 0, 0] as const;
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const pixel = data.subarray(3 * p, 3 * p + 3);
      const [isVessel, isClaimed] = [truth[p] === 1, prediction[p] === 1];
      const verdict = isVessel
        ? isClaimed
          ? truePositive
          : falseNegative
        : isClaimed
          ? falsePositive
          : undefined;
      const put = (panel: number, colour: ArrayLike<number>) =>
        strip.set(colour, 3 * (y * total + panel * (width + gap) + x));
      put(0, pixel);
      put(1, isVessel ? falseNegative : black);
      put(2, isClaimed ? falsePositive : black);
      put(3, verdict ? mixed(pixel, verdict) : pixel);
    }
  }
  return { width: total, height, data: strip };
}

function mixed(pixel: Uint8Array, colour: readonly [number, number, number]): number[] {
  return colour.map((value, channel) => 0.5 * value + 0.5 * (pixel[channel] as number));
}
