import type { RgbPixels } from './image-tensor.js';
import type { Predictor } from './predictor.js';
import { type Layout, layoutOf, symmetriesOf, type TestTimeAugmentation } from './symmetries.js';

/**
 * Averages the prediction over symmetries: the image is laid out in each of them, and what is found is laid
 * back. A mirrored or, with `dihedral`, turned image then gives the mirrored or turned map, to rounding.
 * Takes 4 or 8 times as long, and room for another image and another map.
 */
export function augmentedPredictor(
  predict: Predictor,
  augmentation: TestTimeAugmentation,
): Predictor {
  if (augmentation === 'none') return predict;
  const symmetries = symmetriesOf[augmentation];
  return async (image) => {
    const sum = new Float32Array(image.width * image.height);
    for (const symmetry of symmetries) {
      const layout = layoutOf(symmetry, image);
      addBack(sum, await predict(laidOut(image, layout)), layout);
    }
    return sum.map((value) => value / symmetries.length);
  };
}

function laidOut({ data }: RgbPixels, layout: Layout): RgbPixels {
  const { width, height, base, alongX, alongY } = layout;
  const result = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0, from = 3 * (base + y * alongY); x < width; x++, from += 3 * alongX) {
      result[to++] = data[from] as number;
      result[to++] = data[from + 1] as number;
      result[to++] = data[from + 2] as number;
    }
  return { data: result, width, height };
}

function addBack(sum: Float32Array, map: Float32Array, layout: Layout): void {
  const { width, height, base, alongX, alongY } = layout;
  for (let y = 0, from = 0; y < height; y++)
    for (let x = 0, to = base + y * alongY; x < width; x++, to += alongX)
      sum[to] += map[from++] as number;
}
