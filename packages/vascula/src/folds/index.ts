export { createFolds, type Folds, holdsFolds, openFolds } from './folds.js';
export {
  type FoldsRecord,
  foldFolder,
  foldsFiles,
  type SharedConfig,
  sharedConfig,
  writeFoldsRecord,
} from './folds-file.js';
