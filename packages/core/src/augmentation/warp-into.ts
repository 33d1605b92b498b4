import { mirrored } from '../prediction/image-tensor.js';
import { type ElasticField, elasticRow, splineAxis } from './elastic-field.js';
import type { Placement } from './placement.js';
import { squareToTile, type Warp } from './warp.js';

/**
 * Writes one warped square of a tile and of its truth map: a place (u, v) of the square is read where
 * `squareToTile` puts (u + dx, v + dy), with the elastic field's displacement (dx, dy).
 *
 * The image is bilinear, without antialias. A pixel of the truth takes the value of the source pixel
 * nearest to the very position at which the image is read, so that no value is made that was not there.
 * The whole tile is read, and beyond its border its mirror image (without repeating the edge), the truth
 * with it: that is tissue as any other, whereas black corners would be met in training only, and corners
 * that do not count would leave the tile's rim out of training.
 *
 * @param image three planes of size * size, 0 to 255.
 * @param truth size * size.
 */
export function warpInto(
  tile: { readonly data: Uint8Array; readonly width: number; readonly height: number },
  mask: Uint8Array,
  placement: Placement,
  warp: Warp,
  size: number,
  image: Float32Array,
  truth: Float32Array,
): void {
  const { data, width, height } = tile;
  const { x0, xu, xv, y0, yu, yv } = squareToTile(placement, warp, size);
  const area = size * size;
  const displacements = displacementRows(warp.elastic, size);
  for (let row = 0, p = 0; row < size; row++) {
    const { x: dx, y: dy } = displacements(row);
    for (let column = 0; column < size; column++, p++) {
      const u = column + dx[column];
      const v = row + dy[column];
      const x = x0 + xu * u + xv * v;
      const y = y0 + yu * u + yv * v;
      let left = Math.floor(x);
      let top = Math.floor(y);
      const across = x - left;
      const down = y - top;
      let right = left + 1;
      let bottom = top + 1;
      if (left < 0 || top < 0 || right >= width || bottom >= height) {
        left = mirrored(left, width);
        right = mirrored(right, width);
        top = mirrored(top, height);
        bottom = mirrored(bottom, height);
      }
      const upper = top * width;
      const lower = bottom * width;
      truth[p] = mask[(down < 0.5 ? upper : lower) + (across < 0.5 ? left : right)];
      const [a, b, c, d] = [
        3 * (upper + left),
        3 * (upper + right),
        3 * (lower + left),
        3 * (lower + right),
      ];
      for (let channel = 0; channel < 3; channel++) {
        const above = data[a + channel] + (data[b + channel] - data[a + channel]) * across;
        const below = data[c + channel] + (data[d + channel] - data[c + channel]) * across;
        image[p + channel * area] = above + (below - above) * down;
      }
    }
  }
}

/** The displacements of a row of the square; the same memory for every row. */
function displacementRows(
  field: ElasticField | undefined,
  size: number,
): (row: number) => { readonly x: Float64Array; readonly y: Float64Array } {
  const rows = { x: new Float64Array(size), y: new Float64Array(size) };
  if (field === undefined) return () => rows;
  const axis = splineAxis(size, field.spacing);
  return (row) => {
    elasticRow(field, axis, row, rows.x, rows.y);
    return rows;
  };
}
