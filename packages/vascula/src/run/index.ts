export {
  type Checkpoint,
  lastCheckpoint,
  type RunProgress,
  readCheckpoint,
  saveProgress,
  writeCheckpoint,
  writeHistory,
} from './checkpoint.js';
export {
  cropFault,
  type EpochRecord,
  type Fold,
  leastTile,
  microBatchFault,
  type RunConfig,
  type RunSplit,
  runConfigSchema,
} from './config.js';
export { dataSchema, duplicateRules, type RunData } from './data-schema.js';
export { foldFolder, foldNumbers, holdsFolds } from './fold-folders.js';
export { readHistory } from './history.js';
export { digestOf, type Origin, requireInitialWeights } from './initial-weights.js';
export { readRuleFile } from './instance-rule.js';
export { jsonText, readJson } from './json-file.js';
export { networkConfig, networkOf } from './network.js';
export { type OnnxSource, readOnnxSource } from './onnx-source.js';
export {
  type Postprocessing,
  type PostprocessingChoice,
  readPostprocessing,
  writePostprocessing,
} from './postprocessing.js';
export { runFiles } from './run-files.js';
export { createRun, openRun, type Run, type RunCopies, rewriteConfig } from './run-folder.js';
export { sameNames } from './same-names.js';
export { seenTiles } from './seen-tiles.js';
export { type TrainedModel, trainedModel } from './trained-model.js';
