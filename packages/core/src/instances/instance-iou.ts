import { commonPixels } from './common-pixels.js';
import type { Instance } from './instance.js';

/** Intersection over union of the masks of two instances of one image, 0 to 1. */
export function instanceIou(a: Instance, b: Instance): number {
  const common = commonPixels(a, b);
  return common / (a.area + b.area - common);
}
