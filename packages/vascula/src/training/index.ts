export { availableMemory } from './available-memory.js';
export {
  type BatchFeed,
  type FeedOptions,
  feedWorkers,
  keptBytes,
  openBatchFeed,
} from './batch-feed.js';
export { type DuplicateTile, findDuplicates, leakedTiles, repeatedTiles } from './duplicates.js';
export { everTrained } from './ever-trained.js';
export { type InitialWeights, readInitialWeights } from './initial-weights.js';
export { fineTuningRecipe, type Preset, type PresetName, preset, presetNames } from './presets.js';
export { gibibytes, requireMemory, runBytes } from './require-memory.js';
export { requireTiles, requireTrainable } from './require-tiles.js';
export { type FoldPlace, planFolds, planRun, type RunRequest } from './start-run.js';
export {
  type LabelledTile,
  labelledTiles,
  type TileSource,
  tileCopies,
  tileSource,
} from './tile-source.js';
export { openRunFeed, type TrainHooks, type TrainOutcome, train } from './train.js';
export { scoreTile } from './validate.js';
