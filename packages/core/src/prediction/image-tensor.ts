import type { Tensor } from '@vascula/autograd';

/** An RGB image: uint8, row-major HWC. */
export interface RgbPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * An image as network input: float32 [1, 3, H, W], values 0 to 255, with H and W rounded up to
 * multiples; what is added below and to the right mirrors the image (without repeating its edge).
 */
export function imageTensor(image: RgbPixels, multiple: number): Tensor {
  const { data, width, height } = image;
  if (data.length !== width * height * 3)
    throw new RangeError(`image of ${data.length} values for ${width} x ${height} x 3`);
  const rows = roundUp(height, multiple);
  const columns = roundUp(width, multiple);
  const area = rows * columns;
  const values = new Float32Array(3 * area);
  const column = Int32Array.from({ length: columns }, (_, x) => mirrored(x, width) * 3);
  for (let y = 0, p = 0; y < rows; y++) {
    const start = mirrored(y, height) * width * 3;
    for (let x = 0; x < columns; x++, p++) {
      const source = start + (column[x] as number);
      values[p] = data[source] as number;
      values[p + area] = data[source + 1] as number;
      values[p + 2 * area] = data[source + 2] as number;
    }
  }
  return { type: 'float32', shape: [1, 3, rows, columns], data: values };
}

/** The upper-left width x height part of a map whose rows are `stride` long. */
export function croppedMap(
  map: Float32Array,
  stride: number,
  { width, height }: Pick<RgbPixels, 'width' | 'height'>,
): Float32Array {
  if (stride === width && map.length === width * height) return map;
  const cropped = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    cropped.set(map.subarray(y * stride, y * stride + width), y * width);
  return cropped;
}

export function roundUp(size: number, multiple: number): number {
  return Math.ceil(size / multiple) * multiple;
}

/** A whole place outside an axis, mirrored back without repeating the edge; as often as it takes. */
export function mirrored(place: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const within = Math.abs(place) % period;
  return within < size ? within : period - within;
}
