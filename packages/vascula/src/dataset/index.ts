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
export type { Slide } from './slide-meta.js';
export { readAnnotations, readTile, sizeFault, tileInstances, tileMask } from './tile.js';
export {
  type ImageSize,
  MAX_TILE_PIXELS,
  type RgbImage,
  readTileFile,
  readTileImage,
  type TileImage,
} from './tile-image.js';
export { readTileMeta, type TileMeta } from './tile-meta.js';
