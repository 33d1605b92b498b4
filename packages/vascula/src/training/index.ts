export { type BatchFeed, type FeedOptions, feedWorkers, openBatchFeed } from './batch-feed.js';
export { exportModel } from './export-model.js';
export { type Preset, type PresetName, preset, presetNames } from './presets.js';
export { gibibytes, requireMemory, runBytes } from './require-memory.js';
export { requireTiles, requireTrainable } from './require-tiles.js';
export { planFolds, planRun, type RunRequest } from './start-run.js';
export { type LabelledTile, labelledTiles, type TileSource, tileSource } from './tile-source.js';
export { type TrainHooks, type TrainOutcome, train } from './train.js';
export { scoreTile } from './validate.js';
