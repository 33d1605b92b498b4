export type { PlainAttributes } from './attributes.js';
export { type ApplyOptions, GraphBuilder, type Operand } from './builder.js';
export { differentiate } from './differentiate.js';
export { FormatError, GraphError, type GraphPlace, UnsupportedOperatorError } from './errors.js';
export { type Attribute, type Graph, type Node, operatorKey, type ValueInfo } from './graph.js';
export { balancedBce } from './losses/balanced-bce.js';
export { bce } from './losses/bce.js';
export { dice } from './losses/dice.js';
export { diceBce } from './losses/dice-bce.js';
export { type FocalOptions, focal } from './losses/focal.js';
export type { TverskyWeights } from './losses/image-tversky.js';
export { type Loss, lossOf, type SummedLoss, type TruthCounts } from './losses/loss.js';
export { countTruth } from './losses/truth.js';
export { tversky } from './losses/tversky.js';
export { type OnnxFile, readOnnx } from './onnx/read.js';
export { opset, writeOnnx } from './onnx/write.js';
export { operators } from './operators/index.js';
export type { GradientView, NodeView, Operator, Value, ValueType } from './operators/operator.js';
export { type AdamOptions, adam } from './optimisers/adam.js';
export { type AdamwOptions, adamw } from './optimisers/adamw.js';
export type { Optimiser } from './optimisers/optimiser.js';
export { type SgdOptions, sgd } from './optimisers/sgd.js';
export { foldBatchNormalization } from './passes/fold-batch-normalization.js';
export { inferenceForm } from './passes/inference-form.js';
export { liveBytes } from './passes/live-bytes.js';
export { type LowerOptions, lower } from './passes/lower.js';
export { prune } from './passes/prune.js';
export { type ReceptiveField, receptiveField } from './passes/receptive-field.js';
export { specialise } from './passes/specialise.js';
export { readSafetensors, type SafetensorsFile, writeSafetensors } from './safetensors.js';
export { type GoldenResult, goldenCheck } from './session/golden-check.js';
export type { Program, Runtime, StateValue, Tensors } from './session/runtime.js';
export { type Part, type PartedGraph, sharedParts } from './session/shared-parts.js';
export { cudaTarget, plainTarget, type Target, webgpuTarget } from './session/target.js';
export {
  type DataType,
  elementCount,
  float32,
  int64,
  numbers,
  scalar,
  type Tensor,
  type TypedArray,
} from './tensor.js';
export { averageGraph } from './training/average.js';
export { finitenessGraph } from './training/finiteness.js';
export { flatLength, flatten, type Slice, unflatten } from './training/flat-parameters.js';
export { type TrainingForm, trainingForm } from './training/training-form.js';
export {
  evaluationGraph,
  type StepOptions,
  type TrainingStep,
  trainingStep,
} from './training/training-step.js';
