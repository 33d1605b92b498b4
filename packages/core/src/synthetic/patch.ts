import { fillPolygon } from '../geometry/index.js';
import { chamferDistance } from './distance.js';
import type { Ring } from './outline.js';

/** The pixels of one polygon, cropped to its bounding box. */
export interface Patch {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** 1 inside the polygon or on its outline, width*height. */
  readonly mask: Uint8Array;
  /** Distance in pixels to the nearest pixel outside: 0 outside, 1 or more inside. */
  readonly depth: Float32Array;
  readonly area: number;
}

/**
 * Rasterises a ring that lies inside a tile.
 *
 * Beyond the tile a structure goes on: the tile's border is not its edge, and adds no depth of 1.
 */
export function patchOf(ring: Ring, size: number): Patch {
  let [left, top, right, bottom] = [size, size, 0, 0];
  for (const [x, y] of ring) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  const width = right - left + 1;
  const height = bottom - top + 1;
  const mask = new Uint8Array(width * height);
  fillPolygon(
    ring.map(([x, y]) => [x - left, y - top]),
    width,
    height,
    mask,
  );
  const depth = depthOf(mask, width, height, {
    left: left > 0,
    top: top > 0,
    right: right < size - 1,
    bottom: bottom < size - 1,
  });
  let area = 0;
  for (const pixel of mask) area += pixel;
  return { left, top, width, height, mask, depth, area };
}

/** Chamfer distance with a rim of outside pixels along the sides where the patch ends in the tile. */
function depthOf(
  mask: Uint8Array,
  width: number,
  height: number,
  ends: { left: boolean; top: boolean; right: boolean; bottom: boolean },
): Float32Array {
  const x0 = ends.left ? 1 : 0;
  const y0 = ends.top ? 1 : 0;
  const wide = width + x0 + (ends.right ? 1 : 0);
  const high = height + y0 + (ends.bottom ? 1 : 0);
  const rimmed = new Uint8Array(wide * high);
  for (let y = 0; y < height; y++)
    rimmed.set(mask.subarray(y * width, (y + 1) * width), (y + y0) * wide + x0);
  const distance = chamferDistance(rimmed, wide, high);
  const depth = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (y + y0) * wide + x0;
    depth.set(distance.subarray(from, from + width), y * width);
  }
  return depth;
}
