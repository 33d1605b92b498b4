import { operatorKey } from '../graph.js';
import { Abs } from './Abs.js';
import { Add } from './Add.js';
import { AveragePool } from './AveragePool.js';
import { BatchNormalization } from './BatchNormalization.js';
import { BatchNormalizationGradient } from './BatchNormalizationGradient.js';
import { BlockedConv } from './BlockedConv.js';
import { BlockedMaxPool } from './BlockedMaxPool.js';
import { Cast } from './Cast.js';
import { Ceil } from './Ceil.js';
import { Clip } from './Clip.js';
import { Concat } from './Concat.js';
import { ConstantOfShape } from './ConstantOfShape.js';
import { Conv } from './Conv.js';
import { ConvInputGradient } from './ConvInputGradient.js';
import { ConvTranspose } from './ConvTranspose.js';
import { ConvWeightGradient } from './ConvWeightGradient.js';
import { DepthToSpace } from './DepthToSpace.js';
import { Div } from './Div.js';
import { Elu } from './Elu.js';
import { Equal } from './Equal.js';
import { Erf } from './Erf.js';
import { Exp } from './Exp.js';
import { Expand } from './Expand.js';
import { Flatten } from './Flatten.js';
import { Floor } from './Floor.js';
import { FusedMatMul } from './FusedMatMul.js';
import { Gather } from './Gather.js';
import { Gemm } from './Gemm.js';
import { GlobalAveragePool } from './GlobalAveragePool.js';
import { Greater } from './Greater.js';
import { GreaterOrEqual } from './GreaterOrEqual.js';
import { HardSigmoid } from './HardSigmoid.js';
import { HardSwish } from './HardSwish.js';
import { Identity } from './Identity.js';
import { InstanceNormalization } from './InstanceNormalization.js';
import { LayerNormalization } from './LayerNormalization.js';
import { LeakyRelu } from './LeakyRelu.js';
import { Less } from './Less.js';
import { LessOrEqual } from './LessOrEqual.js';
import { Log } from './Log.js';
import { LogSoftmax } from './LogSoftmax.js';
import { MatMul } from './MatMul.js';
import { Max } from './Max.js';
import { MaxPool } from './MaxPool.js';
import { MaxPoolGradient } from './MaxPoolGradient.js';
import { MaxUnpool } from './MaxUnpool.js';
import { Min } from './Min.js';
import { Mod } from './Mod.js';
import { Mul } from './Mul.js';
import { Neg } from './Neg.js';
import { Not } from './Not.js';
import type { Operator } from './operator.js';
import { Pad } from './Pad.js';
import { Pow } from './Pow.js';
import { PRelu } from './PRelu.js';
import { Range } from './Range.js';
import { Reciprocal } from './Reciprocal.js';
import { ReduceMax } from './ReduceMax.js';
import { ReduceMean } from './ReduceMean.js';
import { ReduceSum } from './ReduceSum.js';
import { ReduceSumSquare } from './ReduceSumSquare.js';
import { Relu } from './Relu.js';
import { ReorderInput } from './ReorderInput.js';
import { ReorderOutput } from './ReorderOutput.js';
import { Reshape } from './Reshape.js';
import { Resize } from './Resize.js';
import { ScatterElements } from './ScatterElements.js';
import { Shape } from './Shape.js';
import { Sigmoid } from './Sigmoid.js';
import { Sign } from './Sign.js';
import { Size } from './Size.js';
import { Slice } from './Slice.js';
import { Softmax } from './Softmax.js';
import { Softplus } from './Softplus.js';
import { SpaceToDepth } from './SpaceToDepth.js';
import { Split } from './Split.js';
import { Sqrt } from './Sqrt.js';
import { Squeeze } from './Squeeze.js';
import { Sub } from './Sub.js';
import { Tanh } from './Tanh.js';
import { Transpose } from './Transpose.js';
import { Unsqueeze } from './Unsqueeze.js';
import { Where } from './Where.js';

const all: readonly Operator[] = [
  Abs,
  Add,
  AveragePool,
  BatchNormalization,
  BatchNormalizationGradient,
  BlockedConv,
  BlockedMaxPool,
  Cast,
  Ceil,
  Clip,
  Concat,
  ConstantOfShape,
  Conv,
  ConvInputGradient,
  ConvTranspose,
  ConvWeightGradient,
  DepthToSpace,
  Div,
  Elu,
  Equal,
  Erf,
  Exp,
  Expand,
  Flatten,
  Floor,
  FusedMatMul,
  Gather,
  Gemm,
  GlobalAveragePool,
  Greater,
  GreaterOrEqual,
  HardSigmoid,
  HardSwish,
  Identity,
  InstanceNormalization,
  LayerNormalization,
  LeakyRelu,
  Less,
  LessOrEqual,
  Log,
  LogSoftmax,
  MatMul,
  Max,
  MaxPool,
  MaxPoolGradient,
  MaxUnpool,
  Min,
  Mod,
  Mul,
  Neg,
  Not,
  PRelu,
  Pad,
  Pow,
  Range,
  Reciprocal,
  ReduceMax,
  ReduceMean,
  ReduceSum,
  ReduceSumSquare,
  Relu,
  ReorderInput,
  ReorderOutput,
  Reshape,
  Resize,
  ScatterElements,
  Shape,
  Sigmoid,
  Sign,
  Size,
  Slice,
  Softmax,
  Softplus,
  SpaceToDepth,
  Split,
  Sqrt,
  Squeeze,
  Sub,
  Tanh,
  Transpose,
  Unsqueeze,
  Where,
];

/** Every operator the engine knows, by operatorKey(name, domain). */
export const operators: ReadonlyMap<string, Operator> = new Map(
  all.map((operator) => [operatorKey(operator.name, operator.domain ?? ''), operator]),
);
