import { type Box, fillPolygon, type Point } from '../geometry/index.js';
import type { Instance } from './instance.js';

/**
 * The instances that outlines draw, each with its own mask, outline included (`fillPolygon`); they may
 * share pixels. An outline without a pixel in the image is left out.
 *
 * Each is drawn on the whole image, since lines that leave it are clipped: together their pixels are
 * those of `fillPolygons`.
 *
 * @param outlines one array of vertices [x, y] an instance
 * @throws RangeError as `fillPolygon`
 */
export function instancesOfPolygons(
  outlines: Iterable<readonly Point[]>,
  width: number,
  height: number,
): Instance[] {
  const canvas = new Uint8Array(width * height);
  const instances: Instance[] = [];
  for (const outline of outlines) {
    fillPolygon(outline, width, height, canvas);
    const box = boxWithin(outline, width, height);
    const mask = new Uint8Array(box.width * box.height);
    let area = 0;
    for (let row = 0; row < box.height; row++) {
      const start = (box.y + row) * width + box.x;
      const drawn = canvas.subarray(start, start + box.width);
      for (const pixel of drawn) area += pixel;
      mask.set(drawn, row * box.width);
      drawn.fill(0);
    }
    if (area > 0) instances.push({ box, mask, area });
  }
  return instances;
}

/** What an outline can reach of an image: 0 x 0 where it lies outside. */
function boxWithin(outline: readonly Point[], width: number, height: number): Box {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (const [x, y] of outline) {
    left = Math.min(left, Math.floor(x));
    top = Math.min(top, Math.floor(y));
    right = Math.max(right, Math.ceil(x));
    bottom = Math.max(bottom, Math.ceil(y));
  }
  const x = Math.max(left, 0);
  const y = Math.max(top, 0);
  return {
    x,
    y,
    width: Math.max(Math.min(right + 1, width) - x, 0),
    height: Math.max(Math.min(bottom + 1, height) - y, 0),
  };
}
