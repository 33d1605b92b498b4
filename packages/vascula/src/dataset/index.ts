export {
  commonestSize,
  type Dataset,
  type DatasetIndex,
  type DatasetOptions,
  indexDataset,
  openDataset,
  type Tile,
} from './dataset.js';
export { type FaultKind, type FindingSink, throwFirstFault, type WarningKind } from './findings.js';
export type { TileFiles } from './folder.js';
export { findLabelFiles } from './label-files.js';
export {
  ANNOTATION_TYPES,
  type Annotation,
  type AnnotationType,
} from './label-line.js';
export { indexLabels, type PolygonExtent, type TileLabels } from './labels.js';
export {
  describeMaskValues,
  type MaskClass,
  type MaskValues,
  maskClasses,
  maskValuesFault,
} from './mask-values.js';
export type { MaskLabels, PairsOptions } from './pairs.js';
export { readPicture } from './picture.js';
export type { Slide } from './slide-meta.js';
export {
  readAnnotations,
  readTile,
  sizeFault,
  tileInstances,
  tileMask,
  tileTruth,
  tileVessels,
} from './tile.js';
export { tileDigest } from './tile-digest.js';
export {
  type ImageSize,
  MAX_TILE_PIXELS,
  type RgbImage,
  readTileFile,
  readTileImage,
  type TileImage,
} from './tile-image.js';
export { readTileMeta, type TileMeta } from './tile-meta.js';
export { unsureRules } from './unsure-rule.js';
