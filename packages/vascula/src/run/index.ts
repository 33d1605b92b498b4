export {
  type Checkpoint,
  type RunProgress,
  readCheckpoint,
  saveProgress,
  writeCheckpoint,
} from './checkpoint.js';
export { type EpochRecord, type RunConfig, type RunSplit, runConfigSchema } from './config.js';
export { jsonText } from './json-file.js';
export { createRun, openRun, type Run, runFiles } from './run-folder.js';
export { type TrainedModel, trainedModel } from './trained-model.js';
