export { type Crop, type CropRequest, drawCrop } from './crop.js';
export {
  type Augmentation,
  type AugmentationProbabilities,
  drawNotebookAugmentation,
  identityAugmentation,
  notebookProbabilities,
} from './notebook.js';
export type { Placement } from './placement.js';
export { type SampleBatch, sampleInto } from './sample-into.js';
