import type { Random } from '../random.js';
import type { Noise } from './noise.js';
import type { StainPlanes } from './stain-planes.js';
import type { Texture } from './texture.js';

/** What every painter works with. */
export interface Brush {
  readonly planes: StainPlanes;
  /** Pixels for one pixel of the reference scale (a 512 tile at 20x). */
  readonly scale: number;
  readonly noise: Noise;
  readonly texture: Texture;
  readonly random: Random;
}
