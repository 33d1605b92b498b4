export { type Augmentation, identityAugmentation } from './augmentation.js';
export { type Crop, type CropRequest, drawCrop } from './crop.js';
export { drawAugmentation } from './draw-augmentation.js';
export { drawElasticField, type ElasticField } from './elastic-field.js';
export {
  type AugmentationProbabilities,
  drawNotebookAugmentation,
  notebookProbabilities,
} from './notebook.js';
export type { Placement } from './placement.js';
export { type Recolouring, recolour, sameColours } from './recolour.js';
export { type SampleBatch, sampleInto } from './sample-into.js';
export {
  type AugmentationName,
  type AugmentationPart,
  type AugmentationSettings,
  augmentationFault,
  augmentationPresets,
  type PlainPart,
  plainParts,
  type StrengthPart,
  spacingLimits,
  strengthLimits,
  strengthParts,
} from './settings.js';
export type { StainChange } from './stain.js';
export type { Warp } from './warp.js';
