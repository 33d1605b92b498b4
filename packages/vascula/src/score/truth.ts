import {
  type Box,
  fillPolygons,
  InputError,
  type Instance,
  instancesOfOutlines,
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
  return {
    width,
    height,
    vessels: instancesOfOutlines(vessels, width, height),
    unsure: instancesOfOutlines(unsure, width, height),
    glomeruli: fillPolygons(of('glomerulus'), width, height),
  };
}

function requireRoom(
  { labels }: Tile,
  outlines: readonly (readonly Point[])[],
  size: ImageSize,
): void {
  const place = labels && 'line' in labels ? { path: labels.path, line: labels.line } : {};
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
