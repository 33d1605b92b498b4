import { fillPolygon, type Point } from '../geometry/index.js';
import type { Instance } from './instance.js';

/**
 * The instances that outlines draw, each with its own pixels (`fillPolygon`, outline included): they
 * may share some, which one mask of all of them would merge. An outline without a pixel in the image
 * is none.
 *
 * @param outlines vertices [x, y] in pixels, one array an instance
 * @throws RangeError as `fillPolygon`
 */
export function instancesOfOutlines(
  outlines: readonly (readonly Point[])[],
  width: number,
  height: number,
): Instance[] {
  // Drawn on a whole image, empty before and after: at its border lines are clipped, and the pixels
  // have to be those of the mask of all outlines.
  const canvas = new Uint8Array(width * height);
  return outlines.flatMap((outline) => {
    fillPolygon(outline, width, height, canvas);
    const instance = cutOut(canvas, width, bounds(outline, width, height));
    return instance.area === 0 ? [] : [instance];
  });
}

/** The box of a ring's vertices, as far as it lies in the image. */
function bounds(ring: readonly Point[], width: number, height: number): Instance['box'] {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (const [x, y] of ring) {
    left = Math.min(left, Math.floor(x));
    top = Math.min(top, Math.floor(y));
    right = Math.max(right, Math.ceil(x) + 1);
    bottom = Math.max(bottom, Math.ceil(y) + 1);
  }
  const [x, y] = [Math.max(left, 0), Math.max(top, 0)];
  return {
    x,
    y,
    width: Math.max(Math.min(right, width) - x, 0),
    height: Math.max(Math.min(bottom, height) - y, 0),
  };
}

/** The pixels of a box as an instance; they are 0 on the canvas afterwards. */
function cutOut(canvas: Uint8Array, width: number, box: Instance['box']): Instance {
  const mask = new Uint8Array(box.width * box.height);
  let area = 0;
  for (let row = 0; row < box.height; row++) {
    const start = (box.y + row) * width + box.x;
    const pixels = canvas.subarray(start, start + box.width);
    for (const pixel of pixels) area += pixel;
    mask.set(pixels, row * box.width);
    pixels.fill(0);
  }
  return { box, mask, area };
}
