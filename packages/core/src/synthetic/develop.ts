import type { Random } from '../random.js';
import type { SlideStain } from './slides.js';
import type { StainPlanes } from './stain-planes.js';

/** Optical density of one unit of stain in R, G, B, fitted by eye to pixels of PAS-stained kidney. */
const PAS_DENSITY = [0.33, 1.1, 0.34] as const;
const HAEMATOXYLIN_DENSITY = [0.84, 0.82, 0.32] as const;
/** What one unit of `hue` adds to the optical density of PAS: redder means less red absorbed. */
const HUE_DENSITY = [-0.07, 0.02, 0.09] as const;

/**
 * Stain amounts to light: scanner blur, then Beer–Lambert absorption in the two stains
 * (Ruifrok & Johnston 2001, forwards), uneven illumination and sensor noise.
 *
 * @returns RGB, uint8, row-major HWC, size*size*3.
 */
export function develop(planes: StainPlanes, stain: SlideStain, random: Random): Uint8Array {
  const { size } = planes;
  // Each tile of a slide is cut and stained a little differently.
  const pasAmount = stain.pas * random.uniform(0.92, 1.08);
  const haematoxylinAmount = stain.haematoxylin * random.uniform(0.92, 1.08);
  const hue = stain.hue + random.uniform(-0.12, 0.12);
  const pas = blurred(planes.pas, size, stain.blur);
  const haematoxylin = blurred(planes.haematoxylin, size, stain.blur);
  const slopeX = random.uniform(-0.03, 0.03) / size;
  const slopeY = random.uniform(-0.03, 0.03) / size;
  const grain = new Float32Array(8192 + 3 * size);
  for (let i = 0; i < grain.length; i++) grain[i] = stain.noise * random.normal();

  // Rounds and clamps what is written.
  const image = new Uint8ClampedArray(size * size * 3);
  for (let channel = 0; channel < 3; channel++) {
    const perPas = -pasAmount * (PAS_DENSITY[channel] + hue * HUE_DENSITY[channel]);
    const perHaematoxylin = -haematoxylinAmount * HAEMATOXYLIN_DENSITY[channel];
    const glass = stain.glass[channel];
    for (let y = 0; y < size; y++) {
      const grainAt = random.integer(8192);
      for (let x = 0; x < size; x++) {
        const at = y * size + x;
        const light = glass * Math.exp(perPas * pas[at] + perHaematoxylin * haematoxylin[at]);
        image[at * 3 + channel] = light * (1 + slopeX * x + slopeY * y) + grain[grainAt + 2 * x];
      }
    }
  }
  return new Uint8Array(image.buffer);
}

/** Gaussian of five taps, edges repeated. */
function blurred(plane: Float32Array, size: number, sigma: number): Float32Array {
  const near = Math.exp(-1 / (2 * sigma * sigma));
  const far = Math.exp(-4 / (2 * sigma * sigma));
  const sum = 1 + 2 * near + 2 * far;
  const last = size - 1;
  const rows = new Float32Array(plane.length);
  for (let y = 0; y < size; y++) {
    const row = y * size;
    for (let x = 0; x < size; x++) {
      const x1 = Math.max(0, x - 1);
      const x2 = Math.max(0, x - 2);
      const x3 = Math.min(last, x + 1);
      const x4 = Math.min(last, x + 2);
      rows[row + x] =
        (plane[row + x] +
          near * (plane[row + x1] + plane[row + x3]) +
          far * (plane[row + x2] + plane[row + x4])) /
        sum;
    }
  }
  const result = new Float32Array(plane.length);
  for (let y = 0; y < size; y++) {
    const up1 = Math.max(0, y - 1) * size;
    const up2 = Math.max(0, y - 2) * size;
    const down1 = Math.min(last, y + 1) * size;
    const down2 = Math.min(last, y + 2) * size;
    const row = y * size;
    for (let x = 0; x < size; x++)
      result[row + x] =
        (rows[row + x] +
          near * (rows[up1 + x] + rows[down1 + x]) +
          far * (rows[up2 + x] + rows[down2 + x])) /
        sum;
  }
  return result;
}
