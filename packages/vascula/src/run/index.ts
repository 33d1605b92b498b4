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
  microBatchFault,
  type RunConfig,
  type RunSplit,
  runConfigSchema,
} from './config.js';
export { readHistory } from './history.js';
export { readRuleFile } from './instance-rule.js';
export { jsonText, readJson } from './json-file.js';
export {
  type Postprocessing,
  type PostprocessingChoice,
  readPostprocessing,
  writePostprocessing,
} from './postprocessing.js';
export { createRun, openRun, type Run, rewriteConfig, runFiles } from './run-folder.js';
export { type TrainedModel, trainedModel } from './trained-model.js';
