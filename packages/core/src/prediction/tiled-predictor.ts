import type { RgbPixels } from './image-tensor.js';
import type { Predictor } from './predictor.js';
import { type AxisWindow, axisWindows, type Tiling } from './tiling.js';

/**
 * Predicts an image window by window. What is held is the image, the map, and what one window takes.
 *
 * Weights are products of a row's and a column's, and so are their sums over all windows: they are divided
 * beforehand, axis by axis, and a window is added to the map as it comes.
 *
 * @param multiple of the network (`sizeMultiple`)
 * @param hooks.progress is called after each window; what it throws ends the prediction
 */
export function tiledPredictor(
  predict: Predictor,
  tiling: Tiling,
  multiple: number,
  hooks: { progress?(done: number, total: number): void } = {},
): Predictor {
  return async (image) => {
    const rows = axisWindows(image.height, tiling, multiple);
    const columns = axisWindows(image.width, tiling, multiple);
    const total = rows.length * columns.length;
    if (total === 1) return predict(image);
    const map = new Float32Array(image.height * image.width);
    let done = 0;
    for (const row of rows)
      for (const column of columns) {
        const part = await predict(cutOut(image, row, column));
        addWindow(map, image.width, part, row, column);
        hooks.progress?.(++done, total);
      }
    // Weights add up to 1, and their sums in float32 to a little more or less.
    for (let p = 0; p < map.length; p++) map[p] = Math.min(1, map[p] as number);
    return map;
  };
}

function cutOut({ data, width }: RgbPixels, row: AxisWindow, column: AxisWindow): RgbPixels {
  const cut = new Uint8Array(row.size * column.size * 3);
  for (let y = 0; y < row.size; y++) {
    const start = ((row.start + y) * width + column.start) * 3;
    cut.set(data.subarray(start, start + column.size * 3), y * column.size * 3);
  }
  return { data: cut, width: column.size, height: row.size };
}

function addWindow(
  map: Float32Array,
  width: number,
  part: Float32Array,
  row: AxisWindow,
  column: AxisWindow,
): void {
  row.weights.forEach((rowWeight, y) => {
    const target = (row.from + y) * width + column.from;
    const source = (row.from - row.start + y) * column.size + column.from - column.start;
    for (let x = 0; x < column.weights.length; x++)
      map[target + x] += rowWeight * (column.weights[x] as number) * (part[source + x] as number);
  });
}
