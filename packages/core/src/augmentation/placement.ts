import type { Crop } from './crop.js';
import type { Augmentation } from './notebook.js';

/** Which square of the tile is read, and what is done to it. */
export interface Placement {
  readonly crop: Crop;
  readonly augmentation: Augmentation;
}

/**
 * Where the pixels along one axis of the output are read: output pixel k lies between the source
 * positions `near[k]` and `far[k]`, the share `weight[k]` of the way to `far[k]`.
 *
 * Flips, turns and zoom only ever map an axis of the output to an axis of the source, so a
 * position in the source is the sum of one entry for the column and one for the row. Positions count
 * pixels of the flat row-major source.
 */
export interface Axis {
  readonly near: Int32Array;
  readonly far: Int32Array;
  readonly weight: Float64Array;
}

/** The two axes of the output square: `column` is indexed by x, `row` by y. */
export function sourceAxes(placement: Placement, sourceWidth: number): { column: Axis; row: Axis } {
  const { crop, augmentation } = placement;
  const { quarterTurns: turns } = augmentation;
  const { size } = crop;
  // rot90 by one turn reads out[r][c] = in[c][size - 1 - r], by three in[size - 1 - c][r].
  const transposed = turns % 2 === 1;
  const mirroredX = (turns === 1 || turns === 2) !== augmentation.flipLeftRight;
  const mirroredY = (turns === 2 || turns === 3) !== augmentation.flipUpDown;
  const alongX = (k: number) => crop.x + (mirroredX ? size - 1 - k : k);
  const alongY = (k: number) => (crop.y + (mirroredY ? size - 1 - k : k)) * sourceWidth;

  const { zoom } = augmentation;
  const column = axis(size, zoom?.x, zoom?.side, transposed ? alongY : alongX);
  const row = axis(size, zoom?.y, zoom?.side, transposed ? alongX : alongY);
  return { column, row };
}

/**
 * Half-pixel centres, as `tf.image.resize` (bilinear, no antialias) and PyTorch's `interpolate`
 * with `align_corners=False`: output k is read at (k + 0.5) * side / size - 0.5 inside the zoomed
 * square, held at its edges.
 */
function axis(
  size: number,
  start: number = 0,
  side: number = size,
  position: (k: number) => number,
): Axis {
  const near = new Int32Array(size);
  const far = new Int32Array(size);
  const weight = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    const at = Math.min(Math.max(((k + 0.5) * side) / size - 0.5, 0), side - 1);
    const low = Math.floor(at);
    near[k] = position(start + low);
    far[k] = position(start + Math.min(low + 1, side - 1));
    weight[k] = at - low;
  }
  return { near, far, weight };
}

/** Whether the square is a permutation of source pixels, with nothing between pixels. */
export function isPermutation(augmentation: Augmentation, size: number): boolean {
  return augmentation.zoom === undefined || augmentation.zoom.side === size;
}
