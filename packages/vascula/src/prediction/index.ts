export { type PredictionFormat, predictionFormats } from './formats.js';
export { type ImageFile, imageFiles } from './image-files.js';
export {
  type PredictedImage,
  type PredictionOptions,
  type PredictionReport,
  predictFiles,
} from './predict-files.js';
export { readImage } from './read-image.js';
export { slideOffsets } from './slide-offsets.js';
export { type SubmissionReport, submissionImages, writeSubmission } from './submission.js';
export { VESSEL_CLASS } from './write-prediction.js';
