import { createHash } from 'node:crypto';
import type { RgbImage } from './tile-image.js';

/** SHA-256 (base64) of a tile's size and pixels: equal where the tiles are, however their files differ. */
export function tileDigest({ width, height, data }: RgbImage): string {
  return createHash('sha256').update(`${width}x${height}:`).update(data).digest('base64');
}
