export { buildModel, type InputSize, type Model } from './model.js';
export type { LayerRow, Parameter, ParameterRole, ParameterSource } from './network.js';
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
  type ModelSpec,
  type NetworkSpec,
  notebookSpecs,
  sizeMultiple,
} from './spec.js';
export { formatSummary, type ModelSummary, summariseModel } from './summary.js';
