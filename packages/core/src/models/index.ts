export { type BuildOptions, buildModel, type InputSize, type Model } from './model.js';
export {
  type LayerRow,
  levelLogits,
  type Parameter,
  type ParameterRole,
  type ParameterSource,
} from './network.js';
export { emptyParameters, initialParameters, storedParameters } from './parameters.js';
export {
  type Architecture,
  architectures,
  checkSpec,
  convolutionsOf,
  type ModelSpec,
  notebookSpecs,
  sizeMultiple,
} from './spec.js';
export { formatSummary, type ModelSummary, summariseModel } from './summary.js';
