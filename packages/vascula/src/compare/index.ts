export { comparePage, type NamedRun } from './compare-page.js';
export { compareFoldsPage, type NamedFolds } from './folds-page.js';
export { comparePairs, pairSentence } from './pairs.js';
export { runNames } from './run-names.js';
export { sharedTiles } from './shared-tiles.js';
