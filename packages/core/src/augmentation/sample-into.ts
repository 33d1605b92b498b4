import { type Workspace, workspace } from '../kernels/kernels.js';
import { orientation, type Placement } from './placement.js';
import { recolour } from './recolour.js';
import { warpInto } from './warp-into.js';

/** Memory for n squares: what the network is fed. */
export interface SampleBatch {
  /** [n, 3, size, size], values 0 to 255 (the network itself scales by x / 127.5 - 1). */
  readonly image: Float32Array;
  /** [n, 1, size, size], values of the truth map: 0, 1 and `IGNORED`. */
  readonly mask: Float32Array;
  readonly size: number;
}

/**
 * Writes one augmented square of a tile and of its truth map into the batch, moving every pixel once.
 *
 * A warp is `warpInto`'s. Without, and without zoom, the square is a permutation of the crop's pixels,
 * exact. With zoom the image is
 * bilinear (half-pixel centres, no antialias, the same numbers as `tf.image.resize`) and stays
 * fractional, where the notebook truncates to integers. A pixel of the mask takes the value of the
 * source pixel nearest to the very position at which the image is read: no value is made that was not
 * there, and outlines are neither eroded nor grown on average. (The notebook cuts a bilinear mask down to
 * integers, which keeps a pixel only where all four neighbours are foreground.) Colours are changed
 * last (`recolour`).
 *
 * @param tile RGB, uint8, row-major HWC.
 * @param mask truth map, height * width.
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
  const truth = batch.mask.subarray(slot * area, (slot + 1) * area);
  const { warp, colour } = placement.augmentation;
  if (warp === undefined) moveInto(tile, mask, placement, size, image, truth);
  else warpInto(tile, mask, placement, warp, size, image, truth);
  if (colour !== undefined) recolour(image, colour);
}

/** Flips, quarter turns and zoom by the kernels. */
function moveInto(
  tile: { readonly data: Uint8Array; readonly width: number },
  mask: Uint8Array,
  { crop, augmentation }: Placement,
  size: number,
  image: Float32Array,
  truth: Float32Array,
): void {
  const area = size * size;
  const { zoom } = augmentation;
  const { mirroredX, mirroredY, transposed } = orientation(augmentation);
  const space = workspace({
    rows: 3 * tile.width * size,
    planes: 4 * area,
    oriented: 4 * area,
    near: 4 * size,
    weight: 4 * size,
    pick: 4 * size,
    nearest: 4 * size,
    line: 4 * size,
    band: 4 * BAND_ROWS * size,
  });
  const { kernels, at, bytes } = space;

  // Red, green, blue and the mask of the crop as planes of bytes, then flipped and turned.
  const [top, bottom] = [crop.y * tile.width, (crop.y + size) * tile.width];
  bytes.set(tile.data.subarray(3 * top, 3 * bottom), at.rows);
  kernels.splitRgb(at.rows + 3 * crop.x, 3 * tile.width, size, size, at.planes, area);
  bytes.set(mask.subarray(top, bottom), at.rows);
  kernels.crop(at.rows + crop.x, tile.width, size, size, at.planes + 3 * area);
  for (let plane = 0; plane < 4 * area; plane += area)
    kernels.orient(
      at.planes + plane,
      size,
      Number(mirroredX),
      Number(mirroredY),
      Number(transposed),
      at.oriented + plane,
    );

  if (zoom === undefined || zoom.side === size) {
    image.set(bytes.subarray(at.oriented, at.oriented + 3 * area));
    truth.set(bytes.subarray(at.oriented + 3 * area, at.oriented + 4 * area));
  } else zoomInto(space, zoom, size, image, truth);
}

/** Rows enlarged before they are copied: few enough to lie in the processor's nearest memory. */
const BAND_ROWS = 16;

/** Enlarges the zoomed part of the oriented planes to the whole square. */
function zoomInto(
  {
    kernels,
    at,
    bytes,
    floats,
  }: Workspace<'planes' | 'oriented' | 'near' | 'weight' | 'pick' | 'nearest' | 'line' | 'band'>,
  { x, y, side }: NonNullable<Placement['augmentation']['zoom']>,
  size: number,
  image: Float32Array,
  truth: Float32Array,
): void {
  const area = size * size;
  const corner = at.oriented + y * size + x;
  kernels.zoomAxis(size, side, at.near, at.weight, at.pick, at.nearest);
  for (let plane = 0; plane < 3 * area; plane += area)
    for (let from = 0; from < size; from += BAND_ROWS) {
      const rows = Math.min(BAND_ROWS, size - from);
      kernels.zoomRows(
        corner + plane,
        size,
        side,
        size,
        at.near,
        at.weight,
        at.pick,
        from,
        rows,
        at.line,
        at.band,
      );
      image.set(floats.subarray(at.band / 4, at.band / 4 + rows * size), plane + from * size);
    }
  kernels.zoomNearest(corner + 3 * area, size, size, at.nearest, at.planes);
  truth.set(bytes.subarray(at.planes, at.planes + area));
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
