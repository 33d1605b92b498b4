import type { RgbPixels } from '../prediction/index.js';
import { IGNORED } from '../truth.js';

type Colour = readonly [number, number, number];

/** Colours of a comparison, as the notebook has them: red over green is yellow. */
export const comparisonColours = {
  truePositive: [255, 225, 0],
  falseNegative: [0, 190, 70],
  falsePositive: [235, 40, 40],
} as const satisfies Record<string, Colour>;

/** What does not count, in the truth and mixed with the tile. */
const ignoredGrey = [128, 128, 128] as const satisfies Colour;

/** Pixels of white between panels. */
const gap = 8;

/**
 * A strip of panels: the tile, the truth (green), then for each prediction the prediction itself (red)
 * and both over the tile (`comparisonOverlay`). What is ignored is grey in all but the tile.
 *
 * @param truth 0, 1 and `IGNORED`, height * width.
 * @param predictions each 0/1, height * width; one for each network compared.
 */
export function comparisonStrip(
  image: RgbPixels,
  truth: Uint8Array,
  ...predictions: readonly Uint8Array[]
): RgbPixels {
  const { width, height } = image;
  requirePixels(image, 'truth', truth);
  const { falseNegative, falsePositive } = comparisonColours;
  const panels = [
    image.data,
    painted(truth, falseNegative),
    ...predictions.flatMap((prediction) => [
      painted(
        prediction.map((value, p) => (truth[p] === IGNORED ? IGNORED : value)),
        falsePositive,
      ),
      comparisonOverlay(image, truth, prediction).data,
    ]),
  ];
  const total = panels.length * width + (panels.length - 1) * gap;
  const data = new Uint8Array(total * height * 3).fill(255);
  for (const [at, panel] of panels.entries())
    for (let y = 0; y < height; y++)
      data.set(
        panel.subarray(3 * y * width, 3 * (y + 1) * width),
        3 * (y * total + at * (width + gap)),
      );
  return { width: total, height, data };
}

/**
 * Truth and prediction over the tile: found pixels turn yellow, missed ones green, wrongly claimed ones
 * red, each mixed half and half with the tile; ignored ones grey, whatever is predicted there.
 *
 * @param truth 0, 1 and `IGNORED`, height * width.
 * @param prediction 0/1, height * width.
 */
export function comparisonOverlay(
  image: RgbPixels,
  truth: Uint8Array,
  prediction: Uint8Array,
): RgbPixels {
  requirePixels(image, 'truth', truth);
  requirePixels(image, 'prediction', prediction);
  const { truePositive, falseNegative, falsePositive } = comparisonColours;
  const data = Uint8Array.from(image.data);
  for (let p = 0; p < truth.length; p++) {
    if (truth[p] === 0 && prediction[p] === 0) continue;
    const colour =
      truth[p] === IGNORED
        ? ignoredGrey
        : truth[p] === 0
          ? falsePositive
          : prediction[p] === 0
            ? falseNegative
            : truePositive;
    for (const [channel, value] of colour.entries())
      data[3 * p + channel] = 0.5 * value + 0.5 * (data[3 * p + channel] as number);
  }
  return { ...image, data };
}

/** A mask in one colour on black, ignored pixels grey. */
function painted(mask: Uint8Array, colour: Colour): Uint8Array {
  const data = new Uint8Array(3 * mask.length);
  for (let p = 0; p < mask.length; p++)
    if (mask[p] === 1) data.set(colour, 3 * p);
    else if (mask[p] === IGNORED) data.set(ignoredGrey, 3 * p);
  return data;
}

function requirePixels({ width, height }: RgbPixels, name: string, mask: Uint8Array): void {
  if (mask.length !== width * height)
    throw new RangeError(`${name} of ${mask.length} pixels for a tile of ${width} x ${height}`);
}
