import { opticalDensityMap, type StainChange } from './stain.js';

/** Changes of colour, in this order: stains, gamma, brightness, saturation, contrast. 1 changes nothing. */
export interface Recolouring {
  readonly stain?: StainChange;
  /** Exponent of the light: above 1 darker. */
  readonly gamma: number;
  /** Factor of the light. */
  readonly brightness: number;
  /** How far colours are from their grey (0.299 R + 0.587 G + 0.114 B): 0 is grey. */
  readonly saturation: number;
  /** How far each channel is from its mean over the square: 0 is one colour. */
  readonly contrast: number;
}

export const sameColours: Recolouring = { gamma: 1, brightness: 1, saturation: 1, contrast: 1 };

/**
 * Changes the colours of a square in place.
 *
 * With light t = (value + 1) / 256 and optical density -ln t (Beer–Lambert), a change of stains is an
 * affine map of the three densities, gamma a factor of them and brightness what is added: together one
 * logarithm and one exponential a value. Saturation and contrast are then linear in the value. After
 * either step values are cut to 0 and 255.
 *
 * @param image three planes, R, G and B, values 0 to 255.
 */
export function recolour(image: Float32Array, change: Recolouring): void {
  const { stain, gamma, brightness, saturation, contrast } = change;
  if (stain !== undefined) changeDensities(image, stain, gamma, brightness);
  else if (gamma !== 1 || brightness !== 1) changeLight(image, gamma, brightness);
  if (saturation !== 1 || contrast !== 1) changeLinearly(image, saturation, contrast);
}

/** -ln t, t = (value + 1) / 256, is `LN_256` - ln(value + 1). */
const LN_256 = Math.log(256);

function changeDensities(
  image: Float32Array,
  stain: StainChange,
  gamma: number,
  brightness: number,
): void {
  const area = image.length / 3;
  const { matrix, offset } = opticalDensityMap(stain);
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = matrix.map((factor) => gamma * factor);
  const [r0, g0, b0] = offset.map((density) => gamma * density - Math.log(brightness));
  for (let p = 0, q = area, s = 2 * area; p < area; p++, q++, s++) {
    const red = LN_256 - Math.log(image[p] + 1);
    const green = LN_256 - Math.log(image[q] + 1);
    const blue = LN_256 - Math.log(image[s] + 1);
    image[p] = valueAt(r0 + rr * red + gr * green + br * blue);
    image[q] = valueAt(g0 + rg * red + gg * green + bg * blue);
    image[s] = valueAt(b0 + rb * red + gb * green + bb * blue);
  }
}

function changeLight(image: Float32Array, gamma: number, brightness: number): void {
  const offset = -Math.log(brightness);
  for (let p = 0; p < image.length; p++)
    image[p] = valueAt(offset + gamma * (LN_256 - Math.log(image[p] + 1)));
}

function changeLinearly(image: Float32Array, saturation: number, contrast: number): void {
  const area = image.length / 3;
  const mean = (plane: number) => {
    let sum = 0;
    for (let p = plane * area; p < (plane + 1) * area; p++) sum += image[p];
    return sum / area;
  };
  const means = [mean(0), mean(1), mean(2)] as const;
  const meanGrey = greyOf(...means);
  // value -> grey + saturation (value - grey), then mean + contrast (that - mean) with its mean.
  const [r0, g0, b0] = means.map(
    (value) => (1 - contrast) * (meanGrey + saturation * (value - meanGrey)),
  );
  const own = contrast * saturation;
  const shared = contrast * (1 - saturation);
  for (let p = 0, q = area, s = 2 * area; p < area; p++, q++, s++) {
    const grey = shared * greyOf(image[p], image[q], image[s]);
    image[p] = cut(r0 + own * image[p] + grey);
    image[q] = cut(g0 + own * image[q] + grey);
    image[s] = cut(b0 + own * image[s] + grey);
  }
}

function greyOf(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

function valueAt(density: number): number {
  return cut(256 * Math.exp(-density) - 1);
}

function cut(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
