import type { RgbPixels } from '../prediction/index.js';

/** Colours of labelled structures over a tile (Okabe and Ito: told apart also by the colour-blind). */
export const labelColours = {
  vessel: [240, 228, 66],
  glomerulus: [86, 180, 233],
  unsure: [0, 158, 115],
} as const satisfies Record<string, readonly [number, number, number]>;

/**
 * Paints the inner rim of a mask into an image, in place: every pixel of the mask that has, `thickness`
 * pixels to one of its four sides, a pixel outside the mask. The border of the image is no rim.
 *
 * @param mask 0/1, height * width.
 * @throws RangeError a mask of another length than the image
 */
export function paintOutline(
  { data, width, height }: RgbPixels,
  mask: Uint8Array,
  colour: readonly [number, number, number],
  thickness: number,
): void {
  if (mask.length !== width * height)
    throw new RangeError(`mask of ${mask.length} pixels for a tile of ${width} x ${height}`);
  const rows = thickness * width;
  for (let p = mask.indexOf(1); p !== -1; p = mask.indexOf(1, p + 1)) {
    const x = p % width;
    const isInside =
      (x < thickness || mask[p - thickness] === 1) &&
      (x + thickness >= width || mask[p + thickness] === 1) &&
      (p < rows || mask[p - rows] === 1) &&
      (p + rows >= mask.length || mask[p + rows] === 1);
    if (isInside) continue;
    data[3 * p] = colour[0];
    data[3 * p + 1] = colour[1];
    data[3 * p + 2] = colour[2];
  }
}
