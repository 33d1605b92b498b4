export { describePrediction } from './describe-prediction.js';
export { type PredictionFormat, predictionFormats } from './formats.js';
export { type ImageFile, imageFiles } from './image-files.js';
export { type ImageMap, imageMaps } from './image-maps.js';
export { openRuns } from './open-runs.js';
export {
  type PredictedImage,
  type PredictionOptions,
  type PredictionReport,
  predictFiles,
} from './predict-files.js';
export { readImage } from './read-image.js';
export {
  openRunPredictor,
  type PredictionRecord,
  type PredictionRequest,
  type RunPredictor,
} from './run-predictor.js';
export { slideOffsets } from './slide-offsets.js';
export { stitchedMaps, type TileGroup, tileGroups } from './stitched-tiles.js';
export { type SubmissionReport, submissionImages, writeSubmission } from './submission.js';
export { className } from './write-prediction.js';
