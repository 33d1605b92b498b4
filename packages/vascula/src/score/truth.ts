import {
  type Box,
  fillPolygon,
  fillPolygons,
  InputError,
  type Instance,
  type Point,
} from '@vascula/core';
import {
  type AnnotationType,
  type ImageSize,
  readAnnotations,
  type Tile,
} from '../dataset/index.js';

/** Vessels and unsure regions of a tile: each is held against every detection. */
const MAX_OUTLINES = 10_000;
/** Pixels of the boxes of a tile's truths, or its detections: 1024 times those of a tile of 512 x 512. */
export const MAX_BOX_PIXELS = 2 ** 28;

/** What the outlines of a tile say, one by one. */
export interface TileTruth extends ImageSize {
  readonly vessels: readonly Instance[];
  readonly unsure: readonly Instance[];
  /** 0/1, height * width: inside a glomerulus. */
  readonly glomeruli: Uint8Array;
}

/**
 * Draws the outlines of a tile as instances, each with its own mask, outline included; they may share
 * pixels. One without a pixel in the tile is none.
 *
 * @throws InputError as `readAnnotations`; outlines that are too many or too large to be compared
 */
export async function tileTruth(tile: Tile, size: ImageSize): Promise<TileTruth> {
  const { width, height } = size;
  const annotations = await readAnnotations(tile);
  const of = (wanted: AnnotationType) =>
    annotations.flatMap(({ type, outline }) => (type === wanted ? [outline] : []));
  const [vessels, unsure] = [of('blood_vessel'), of('unsure')];
  requireRoom(tile, [...vessels, ...unsure], size);
  const canvas = new Uint8Array(width * height);
  const draw = (outlines: readonly (readonly Point[])[]) =>
    outlines.flatMap((outline) => drawOutline(outline, size, canvas));
  return {
    width,
    height,
    vessels: draw(vessels),
    unsure: draw(unsure),
    glomeruli: fillPolygons(of('glomerulus'), width, height),
  };
}

function requireRoom(
  { labels }: Tile,
  outlines: readonly (readonly Point[])[],
  size: ImageSize,
): void {
  const place = labels && { path: labels.path, line: labels.line };
  if (outlines.length > MAX_OUTLINES)
    throw new InputError({
      ...place,
      field: 'annotations',
      problem: `${outlines.length} outlines of vessels and unsure regions`,
      expected: `at most ${MAX_OUTLINES} a tile`,
    });
  const pixels = outlines.reduce((sum, outline) => {
    const { width, height } = boxOf(outline, size);
    return sum + width * height;
  }, 0);
  if (pixels > MAX_BOX_PIXELS)
    throw new InputError({
      ...place,
      field: 'annotations',
      problem: `the boxes of the outlines have ${pixels} pixels together`,
      expected: `at most ${MAX_BOX_PIXELS}`,
    });
}

/**
 * Drawn on a canvas of the whole tile, empty before and after: near its border lines are clipped, and
 * the pixels have to be those of the tile's mask.
 */
function drawOutline(outline: readonly Point[], size: ImageSize, canvas: Uint8Array): Instance[] {
  const box = boxOf(outline, size);
  fillPolygon(outline, size.width, size.height, canvas);
  const mask = new Uint8Array(box.width * box.height);
  for (let row = 0; row < box.height; row++) {
    const start = (box.y + row) * size.width + box.x;
    mask.set(canvas.subarray(start, start + box.width), row * box.width);
    canvas.fill(0, start, start + box.width);
  }
  let area = 0;
  for (let at = 0; at < mask.length; at++) area += mask[at];
  return area === 0 ? [] : [{ box, mask, area }];
}

/** The pixels between the outermost points, as far as they lie in the tile; 0 x 0 where none do. */
function boxOf(outline: readonly Point[], { width, height }: ImageSize): Box {
  // Loops: an outline may have more points than a call has arguments.
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (const [x, y] of outline) {
    left = Math.min(left, Math.floor(x));
    top = Math.min(top, Math.floor(y));
    right = Math.max(right, Math.ceil(x));
    bottom = Math.max(bottom, Math.ceil(y));
  }
  left = Math.max(left, 0);
  top = Math.max(top, 0);
  right = Math.min(right, width - 1);
  bottom = Math.min(bottom, height - 1);
  if (left > right || top > bottom) return { x: 0, y: 0, width: 0, height: 0 };
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
