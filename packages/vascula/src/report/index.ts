export { bestAndWorst, chosenTiles } from './chosen-tiles.js';
export { counted } from './counted.js';
export { foldsPage, foldsSettings } from './folds-page.js';
export { collectFolds, predictOutOfFold } from './folds-results.js';
export { foldsTable } from './folds-section.js';
export {
  type GroupScore,
  groupScores,
  type IouEstimate,
  iouEstimate,
  type ScoredTiles,
  shortName,
} from './group-scores.js';
export {
  headlineNote,
  intervalCells,
  intervalColumns,
} from './headline-table.js';
export { emptyNote, overlayLegend, vesselWords } from './picture-section.js';
export { predictTiles } from './predict-tiles.js';
export { calibrationFigure, calibrationNote, curvePoints } from './probability-section.js';
export { lossUnit, lossWords } from './recipe-words.js';
export { type PageHooks, type PageRequest, reportPage } from './report-page.js';
export { collectResults, type RunResults, type TileResult } from './results.js';
export { intervalNote, thumbnailName } from './score-section.js';
export { type Setting, settings } from './settings.js';
export { stripPicture } from './tile-pictures.js';
export { timings, timingsSection } from './timings.js';
export { trainingCurves } from './training-curves.js';
export { precisionRecallFigure } from './vessel-section.js';
