export { foldFolder, holdsFolds } from '../run/index.js';
export { createFolds, type Folds, openFolds } from './folds.js';
export {
  type FoldsRecord,
  foldsFiles,
  type SharedConfig,
  sharedConfig,
  writeFoldsRecord,
} from './folds-file.js';
