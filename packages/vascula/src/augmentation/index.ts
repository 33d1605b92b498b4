export { type AugmentationRequest, augmentationPage } from './augmentation-page.js';
export { augmentationWords, samplingWords } from './words.js';
