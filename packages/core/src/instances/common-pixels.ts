import type { Instance } from './instance.js';

/** How many pixels two instances of one image share. */
export function commonPixels(a: Instance, b: Instance): number {
  const left = Math.max(a.box.x, b.box.x);
  const right = Math.min(a.box.x + a.box.width, b.box.x + b.box.width);
  if (left >= right) return 0;
  const top = Math.max(a.box.y, b.box.y);
  const bottom = Math.min(a.box.y + a.box.height, b.box.y + b.box.height);
  let common = 0;
  for (let y = top; y < bottom; y++) {
    let atA = (y - a.box.y) * a.box.width + left - a.box.x;
    let atB = (y - b.box.y) * b.box.width + left - b.box.x;
    for (let x = left; x < right; x++) common += a.mask[atA++] & b.mask[atB++];
  }
  return common;
}
