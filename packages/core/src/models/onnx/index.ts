export { onnxParameters, withParameters } from './build-onnx.js';
export {
  type ChannelOrder,
  channelOrders,
  metadataKeys,
  type OnnxConvention,
  type OnnxWishes,
  type Origin,
  type OutputKind,
  outputKinds,
  type ResolvedConvention,
} from './convention.js';
export { describeOnnx, listParameters } from './describe.js';
export { importOnnx } from './import-onnx.js';
export {
  type Normalisation,
  normalisationNames,
  readNormalisation,
  writeNormalisation,
} from './normalisation.js';
export { type OnnxSpec, openOnnx } from './open-onnx.js';
export type { FoundParameter } from './parameters.js';
