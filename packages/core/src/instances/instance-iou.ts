import { commonPixels } from './common-pixels.js';
import type { Instance } from './instance.js';

/** Intersection over union of the masks of two instances of one image, 0 to 1; 0 if both are empty. */
export function instanceIou(a: Instance, b: Instance): number {
  const common = commonPixels(a, b);
  return common === 0 ? 0 : common / (a.area + b.area - common);
}
