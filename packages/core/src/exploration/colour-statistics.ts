import type { RgbPixels } from '../prediction/index.js';

/**
 * Colour of one tile. Numbers of a channel are 0 to 255, its optical density is in decadic units
 * (0: as bright as white, 1: a tenth of the light comes through).
 */
export type ColourStatistics = {
  readonly meanRed: number;
  readonly meanGreen: number;
  readonly meanBlue: number;
  /** Standard deviations over the pixels (of the population, as `numpy.std`). */
  readonly deviationRed: number;
  readonly deviationGreen: number;
  readonly deviationBlue: number;
  /** Means over the pixels. Haematoxylin absorbs red most, PAS's magenta green. */
  readonly densityRed: number;
  readonly densityGreen: number;
  readonly densityBlue: number;
  /** Share of pixels, 0 to 1, where no channel has an optical density of 0.15: glass, lumens. */
  readonly clearShare: number;
};

/** The optical density below which Macenko et al. (2009) take a pixel for unstained. */
const UNSTAINED_DENSITY = 0.15;

/** The optical density of each value, against 255 for white (Ruifrok and Johnston, 2001); 0 counts as 1. */
const density = Float64Array.from({ length: 256 }, (_, value) =>
  Math.log10(255 / Math.max(value, 1)),
);
const faintest = density.findIndex((value) => value < UNSTAINED_DENSITY);

/**
 * Statistics of an image's colours over all its pixels but ignored ones. Equal images of equal stain lie near each other
 * in (densityRed, densityGreen); a slide stained longer lies farther from the origin.
 *
 * @param ignored height*width, 1 where a pixel is left out; none unless told
 * @throws RangeError pixels of another length than width * height * 3, or none
 */
export function colourStatistics(
  { data, width, height }: RgbPixels,
  ignored?: Uint8Array,
): ColourStatistics {
  if (data.length !== width * height * 3 || data.length === 0)
    throw new RangeError(`image of ${data.length} values for ${width} x ${height} x 3`);
  const reds = new Uint32Array(256);
  const greens = new Uint32Array(256);
  const blues = new Uint32Array(256);
  let clear = 0;
  let pixels = 0;
  for (let at = 0; at < data.length; at += 3) {
    if (ignored !== undefined && ignored[at / 3] === 1) continue;
    pixels++;
    const red = data[at];
    const green = data[at + 1];
    const blue = data[at + 2];
    reds[red]++;
    greens[green]++;
    blues[blue]++;
    if (red >= faintest && green >= faintest && blue >= faintest) clear++;
  }
  const [red, green, blue] = [reds, greens, blues].map((counts) => moments(counts, pixels));
  return {
    meanRed: red.mean,
    meanGreen: green.mean,
    meanBlue: blue.mean,
    deviationRed: red.deviation,
    deviationGreen: green.deviation,
    deviationBlue: blue.deviation,
    densityRed: red.density,
    densityGreen: green.density,
    densityBlue: blue.density,
    clearShare: clear / pixels,
  };
}

/** Everything asked of a channel follows from how often each of its 256 values occurs. */
function moments(counts: Uint32Array, pixels: number) {
  let sum = 0;
  let densities = 0;
  for (let value = 0; value < 256; value++) {
    sum += counts[value] * value;
    densities += counts[value] * density[value];
  }
  const mean = sum / pixels;
  let squares = 0;
  for (let value = 0; value < 256; value++) squares += counts[value] * (value - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / pixels), density: densities / pixels };
}
