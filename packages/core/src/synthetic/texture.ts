import { type Random, randomStream } from '../random.js';
import { valueNoise } from './noise.js';

/** A fine random field over whole pixels: mean 0, standard deviation 1, features of 2 to 12 pixels. */
export type Texture = (x: number, y: number) => number;

const SIDE = 512;
let table: Float32Array | undefined;

/**
 * The grain of a section under the microscope: fractal noise from one table, which is periodic and
 * made once, read at a place and in an orientation drawn from the stream.
 */
export function sectionTexture(random: Random): Texture {
  const values = tableOnce();
  const left = random.integer(SIDE);
  const top = random.integer(SIDE);
  const signX = random.chance(0.5) ? 1 : -1;
  const signY = random.chance(0.5) ? 1 : -1;
  return (x, y) =>
    values[((signY * y + top) & (SIDE - 1)) * SIDE + ((signX * x + left) & (SIDE - 1))];
}

function tableOnce(): Float32Array {
  if (table !== undefined) return table;
  const random = randomStream('synthetic', 'texture');
  const noise = valueNoise(random);
  const values = new Float32Array(SIDE * SIDE);
  let sum = 0;
  let squares = 0;
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      // Every second octave is turned by 45 degrees, so that the lattice does not show; all repeat
      // after 512 pixels, as the noise does after 64 units.
      const value =
        noise(x / 8 + 3.3, y / 8) +
        0.9 * noise((x + y) / 8, (x - y) / 8 + 7.7) +
        0.8 * noise(x / 4 + 11.1, y / 4) +
        0.8 * noise((x + y) / 4, (x - y) / 4 + 23.3) +
        0.5 * random.uniform(-1, 1);
      values[y * SIDE + x] = value;
      sum += value;
      squares += value * value;
    }
  const mean = sum / values.length;
  const deviation = Math.sqrt(squares / values.length - mean * mean);
  for (let i = 0; i < values.length; i++) values[i] = (values[i] - mean) / deviation;
  table = values;
  return values;
}
