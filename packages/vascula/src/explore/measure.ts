import {
  colourStatistics,
  fillPolygon,
  IGNORED,
  type LabelMasks,
  labelStatistics,
  type MeasuredTile,
} from '@vascula/core';
import {
  type ImageSize,
  type RgbImage,
  readAnnotations,
  type Tile,
  tileTruth,
} from '../dataset/index.js';

const NO_LABELS = {
  vessels: null,
  meanVesselSize: null,
  totalVesselSize: null,
  positiveRatio: null,
  glomerulusShare: null,
  unsureShare: null,
  ignoredShare: null,
};

/** All statistics of a tile whose image is in memory; `masks` are undefined without labels. */
export function measureTile(
  { id, dataset, source, i, j }: Tile,
  image: RgbImage,
  masks: LabelMasks | undefined,
): MeasuredTile {
  const { width, height } = image;
  return {
    id,
    dataset,
    source,
    i,
    j,
    labelled: masks === undefined ? 0 : 1,
    ...(masks === undefined ? NO_LABELS : labelStatistics(masks, width, height)),
    ...colourStatistics(image, masks?.ignored),
  };
}

/**
 * A tile's labels by class, of the size of its image, and what does not count, where there is any; undefined
 * for a tile without labels.
 */
export async function labelMasks(tile: Tile, size: ImageSize): Promise<LabelMasks | undefined> {
  if (tile.labels === undefined) return undefined;
  const { width, height } = size;
  const masks: LabelMasks = {
    vessel: new Uint8Array(width * height),
    glomerulus: new Uint8Array(width * height),
    unsure: new Uint8Array(width * height),
  };
  for (const { type, outline } of await readAnnotations(tile))
    fillPolygon(outline, width, height, masks[type === 'blood_vessel' ? 'vessel' : type]);
  if (!('mask' in tile.labels) && !tile.labels.ignoresUnsure) return masks;
  const truth = await tileTruth(tile, size);
  const vessel = truth.map((value) => Number(value === 1));
  if (!truth.includes(IGNORED)) return { ...masks, vessel };
  return { ...masks, vessel, ignored: truth.map((value) => Number(value === IGNORED)) };
}
