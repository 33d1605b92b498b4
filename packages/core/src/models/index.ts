export { type BuildOptions, buildModel, type InputSize, type Model } from './model.js';
export {
  type LayerRow,
  levelLogits,
  type Parameter,
  type ParameterRole,
  type ParameterSource,
} from './network.js';
export {
  type ChannelOrder,
  channelOrders,
  describeOnnx,
  type FoundParameter,
  importOnnx,
  listParameters,
  metadataKeys,
  type Normalisation,
  normalisationNames,
  type OnnxConvention,
  type OnnxSpec,
  type OnnxWishes,
  type Origin,
  type OutputKind,
  openOnnx,
  outputKinds,
  type ResolvedConvention,
  readNormalisation,
  writeNormalisation,
} from './onnx/index.js';
export {
  emptyParameters,
  firstParameters,
  initialParameters,
  storedParameters,
} from './parameters.js';
export {
  type Architecture,
  architectures,
  checkSpec,
  contrastSideRule,
  contrastSides,
  convolutionsOf,
  isContrastSide,
  type ModelSpec,
  type NetworkSpec,
  notebookSpecs,
  sizeMultiple,
  withLocalContrast,
} from './spec.js';
export { formatSummary, type ModelSummary, summariseModel } from './summary.js';
