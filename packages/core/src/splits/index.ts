export { type FoldRequest, foldTiles } from './fold-tiles.js';
export { neighboursAcrossSplit, touchingTraining } from './neighbours.js';
export { type SplitRequest, type SplitRule, splitTiles } from './split-tiles.js';
export type { SplittableTile, TileSplit } from './tile.js';
