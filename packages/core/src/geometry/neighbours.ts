import type { Connectivity } from './connected-components.js';

const STEPS = {
  4: [
    [0, -1],
    [-1, 0],
    [1, 0],
    [0, 1],
  ],
  8: [
    [-1, -1],
    [0, -1],
    [1, -1],
    [-1, 0],
    [1, 0],
    [-1, 1],
    [0, 1],
    [1, 1],
  ],
} as const;

/**
 * A function that gives the neighbours of a pixel within the image, in raster order, as the first
 * entries of an array that it uses again, and their number.
 */
export function neighboursWithin(
  width: number,
  height: number,
  connectivity: Connectivity,
): { readonly found: Int32Array; readonly find: (at: number) => number } {
  const steps = STEPS[connectivity];
  const found = new Int32Array(steps.length);
  const find = (at: number): number => {
    const column = at % width;
    const row = (at - column) / width;
    let count = 0;
    for (let k = 0; k < steps.length; k++) {
      const x = column + steps[k][0];
      const y = row + steps[k][1];
      if (x >= 0 && x < width && y >= 0 && y < height) found[count++] = y * width + x;
    }
    return count;
  };
  return { found, find };
}
