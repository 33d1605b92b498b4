import type { ElasticField } from './elastic-field.js';
import { orientation, type Placement } from './placement.js';

/** What moves pixels to places between pixels, about the middle of the square. */
export interface Warp {
  /** Counter-clockwise, as quarter turns are. */
  readonly degrees: number;
  /** How many times as large everything becomes: 2 shows half as much of the tile. */
  readonly scale: number;
  readonly elastic?: ElasticField;
}

/** x = x0 + xu u + xv v and y = y0 + yu u + yv v: where in the tile the place (u, v) of a square is read. */
export interface SquareToTile {
  readonly x0: number;
  readonly xu: number;
  readonly xv: number;
  readonly y0: number;
  readonly yu: number;
  readonly yv: number;
}

/**
 * The way back from a place (u, v) of the finished square (column and row, pixel centres at integers)
 * to the tile, elastic deformation left out: the zoom undone, then turns and flips, then the warp.
 *
 * @param size of the square in pixels.
 */
export function squareToTile(
  { crop, augmentation }: Placement,
  { degrees, scale }: Pick<Warp, 'degrees' | 'scale'>,
  size: number,
): SquareToTile {
  const middle = (size - 1) / 2;
  const { x, y, side } = augmentation.zoom ?? { x: 0, y: 0, side: size };
  const share = side / size;
  // Place (u, v) of the zoomed picture, from the middle of the picture before the zoom.
  const unzoomed = (corner: number) => corner + 0.5 * share - 0.5 - middle;
  const across: Row = [share, 0, unzoomed(x)];
  const down: Row = [0, share, unzoomed(y)];

  const { mirroredX, mirroredY, transposed } = orientation(augmentation);
  const [turnedX, turnedY] = transposed ? [down, across] : [across, down];
  const flippedX = times(turnedX, mirroredX ? -1 : 1);
  const flippedY = times(turnedY, mirroredY ? -1 : 1);

  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians) / scale, Math.sin(radians) / scale];
  const [xu, xv, x0] = plus(times(flippedX, cos), times(flippedY, -sin));
  const [yu, yv, y0] = plus(times(flippedX, sin), times(flippedY, cos));
  return { xu, xv, x0: crop.x + middle + x0, yu, yv, y0: crop.y + middle + y0 };
}

/** The factors of u and of v, and what is added. */
type Row = readonly [number, number, number];

function times([u, v, constant]: Row, factor: number): Row {
  return [factor * u, factor * v, factor * constant];
}

function plus(a: Row, b: Row): Row {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}
