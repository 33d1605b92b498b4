export { type ImageFile, imageFiles } from './image-files.js';
export { type PredictedImage, predictFile } from './predict-files.js';
export { readImage } from './read-image.js';
export { type SubmissionReport, submissionImages, writeSubmission } from './submission.js';
