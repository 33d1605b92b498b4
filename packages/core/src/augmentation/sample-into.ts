import { type Axis, isPermutation, type Placement, sourceAxes } from './placement.js';

/** Memory for n squares: what the network is fed. */
export interface SampleBatch {
  /** [n, 3, size, size], values 0 to 255 (the network itself scales by x / 127.5 - 1). */
  readonly image: Float32Array;
  /** [n, 1, size, size], values 0 and 1. */
  readonly mask: Float32Array;
  readonly size: number;
}

/**
 * Writes one augmented square of a tile and of its mask into the batch, moving every pixel once.
 *
 * Without zoom the square is a permutation of the tile's pixels, exact. With zoom the image is
 * bilinear (half-pixel centres, no antialias, the same numbers as `tf.image.resize`) and stays
 * fractional, where the notebook truncates to integers. A pixel of the mask takes the value of the
 * source pixel nearest to the very position at which the image is read: it stays 0 or 1, and
 * outlines are neither eroded nor grown on average. (The notebook cuts a bilinear mask down to
 * integers, which keeps a pixel only where all four neighbours are foreground.)
 *
 * @param tile RGB, uint8, row-major HWC.
 * @param mask 0 and 1, height * width.
 * @param slot index in the batch, from 0.
 * @throws RangeError where sizes do not agree or the square leaves the tile.
 */
export function sampleInto(
  tile: { readonly data: Uint8Array; readonly width: number; readonly height: number },
  mask: Uint8Array,
  placement: Placement,
  batch: SampleBatch,
  slot: number,
): void {
  checkSizes(tile, mask, placement, batch, slot);
  const { size } = batch;
  const area = size * size;
  const image = batch.image.subarray(slot * 3 * area, (slot + 1) * 3 * area);
  const { column, row } = sourceAxes(placement, tile.width);
  if (isPermutation(placement.augmentation, size)) permuteImage(tile.data, column, row, image);
  else interpolateImage(tile.data, column, row, image);
  nearestMask(mask, column, row, batch.mask.subarray(slot * area, (slot + 1) * area));
}

function permuteImage(data: Uint8Array, column: Axis, row: Axis, out: Float32Array): void {
  const size = column.near.length;
  const area = size * size;
  for (let y = 0, p = 0; y < size; y++) {
    const start = row.near[y];
    for (let x = 0; x < size; x++, p++) {
      const source = (start + column.near[x]) * 3;
      out[p] = data[source];
      out[p + area] = data[source + 1];
      out[p + 2 * area] = data[source + 2];
    }
  }
}

function interpolateImage(data: Uint8Array, column: Axis, row: Axis, out: Float32Array): void {
  const { near, far, weight } = column;
  const size = near.length;
  const area = size * size;
  for (let y = 0, p = 0; y < size; y++) {
    const top = row.near[y];
    const bottom = row.far[y];
    const down = row.weight[y];
    for (let x = 0; x < size; x++, p++) {
      const across = weight[x];
      // Written out for the three channels: a loop over them takes half as long again.
      const a = (top + near[x]) * 3;
      const b = (top + far[x]) * 3;
      const c = (bottom + near[x]) * 3;
      const d = (bottom + far[x]) * 3;
      const red = mix(data[a], data[b], across);
      const green = mix(data[a + 1], data[b + 1], across);
      const blue = mix(data[a + 2], data[b + 2], across);
      out[p] = mix(red, mix(data[c], data[d], across), down);
      out[p + area] = mix(green, mix(data[c + 1], data[d + 1], across), down);
      out[p + 2 * area] = mix(blue, mix(data[c + 2], data[d + 2], across), down);
    }
  }
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

function nearestMask(mask: Uint8Array, column: Axis, row: Axis, out: Float32Array): void {
  const size = column.near.length;
  const nearest = nearestPositions(column);
  const rows = nearestPositions(row);
  for (let y = 0, p = 0; y < size; y++) {
    const start = rows[y];
    for (let x = 0; x < size; x++, p++) out[p] = mask[start + nearest[x]];
  }
}

/** Half way between two pixels the far one is taken, as `nearest-exact` does. */
function nearestPositions({ near, far, weight }: Axis): Int32Array {
  return near.map((position, k) => (weight[k] < 0.5 ? position : far[k]));
}

function checkSizes(
  tile: { readonly data: Uint8Array; readonly width: number; readonly height: number },
  mask: Uint8Array,
  { crop, augmentation: { zoom } }: Placement,
  { image, mask: masks, size }: SampleBatch,
  slot: number,
): void {
  const { width, height, data } = tile;
  if (data.length !== width * height * 3)
    throw new RangeError(`image of ${data.length} values for a tile of ${width} x ${height} x 3`);
  if (mask.length !== width * height)
    throw new RangeError(`mask of ${mask.length} pixels for a tile of ${width} x ${height}`);
  if (crop.size !== size)
    throw new RangeError(`crop of ${crop.size} pixels for a batch of squares of ${size}`);
  if (!inside(crop.x, size, width) || !inside(crop.y, size, height))
    throw new RangeError(
      `crop of ${size} pixels at [${crop.x}, ${crop.y}] leaves a tile of ${width} x ${height}`,
    );
  if (
    zoom &&
    !(zoom.side >= 1 && inside(zoom.x, zoom.side, size) && inside(zoom.y, zoom.side, size))
  )
    throw new RangeError(
      `zoom of ${zoom.side} pixels at [${zoom.x}, ${zoom.y}] leaves a square of ${size}`,
    );
  const slots = Math.min(image.length / 3, masks.length) / (size * size);
  if (!Number.isInteger(slot) || slot < 0 || slot + 1 > slots)
    throw new RangeError(`slot ${slot} of a batch of ${Math.floor(slots)}`);
}

function inside(start: number, length: number, extent: number): boolean {
  return (
    Number.isInteger(start) && Number.isInteger(length) && start >= 0 && start + length <= extent
  );
}
