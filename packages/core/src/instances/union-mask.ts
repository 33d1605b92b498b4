import type { Instance } from './instance.js';

/** The pixels of instances together: height*width, row-major, 0 and 1. */
export function unionMask(
  instances: readonly Instance[],
  width: number,
  height: number,
): Uint8Array {
  const union = new Uint8Array(width * height);
  for (const { box, mask } of instances)
    for (let row = 0, at = 0; row < box.height; row++) {
      const start = (box.y + row) * width + box.x;
      for (let column = 0; column < box.width; column++, at++) union[start + column] |= mask[at];
    }
  return union;
}
