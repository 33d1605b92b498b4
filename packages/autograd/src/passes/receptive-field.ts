import { GraphBuilder } from '../builder.js';
import { type Graph, type Node, operatorKey } from '../graph.js';
import { axisOf } from '../operators/axes.js';
import type { NodeView, Value } from '../operators/operator.js';
import { readWindow } from '../operators/window.js';

/** What a network's output sees of its image. */
export interface ReceptiveField {
  /** No output pixel depends on an input pixel that is further away than this along an axis. */
  readonly radius: number;
  /** An image moved by a multiple of this gives the output moved by as much, away from the border. */
  readonly stride: number;
}

/**
 * Along one axis: element i of a value depends on the pixels from step*i - before to step*i + after at most.
 * Between two pixels where a transposed convolution has phases: bounds hold for all of them.
 */
interface Reach {
  readonly step: number;
  readonly before: number;
  readonly after: number;
}

type Reaches = readonly [rows: Reach, columns: Reach];

/** A reach that is the same function of both axes. */
type Rule = (view: NodeView, reach: Reach, axis: 0 | 1, output: Value) => Reach | undefined;

/** Operators that give each pixel from the same pixel of their operands. */
const pointwise = new Set(
  `Abs Add Cast Clip Div Exp HardSigmoid HardSwish Identity LeakyRelu Log Max Min Mul Neg Pow Reciprocal Relu
   Sigmoid Sign Softplus Sqrt Sub Tanh Where`.split(/\s+/),
);

const sliding: Rule = (view, { step, before, after }, axis) => {
  const { kernel, strides, dilations, pads } = readWindow(view, view.input(0), weightOf(view));
  const last = dilations[axis] * (kernel[axis] - 1);
  return {
    step: step * strides[axis],
    before: before + step * pads[axis],
    after: after + step * (last - pads[axis]),
  };
};

/** Element o is made of the elements (o + pad - dilation t) / stride, t from 0 to kernel - 1. */
const transposed: Rule = (view, { step, before, after }, axis) => {
  const { kernel, strides, dilations, pads } = readWindow(view, view.input(0), weightOf(view));
  const last = dilations[axis] * (kernel[axis] - 1);
  const fine = step / strides[axis];
  return {
    step: fine,
    before: before + fine * (last - pads[axis]),
    after: after + fine * pads[axis],
  };
};

const rules: Readonly<Record<string, Rule>> = {
  Conv: sliding,
  MaxPool: sliding,
  AveragePool: sliding,
  ConvTranspose: transposed,
};

/**
 * How far the outputs of a graph see in its one image input [N, C, H, W], worked out from its nodes by
 * interval arithmetic: an upper bound, less than a stride above the true radius. Batch normalisation must be in
 * inference form. All sizes must be numbers.
 *
 * Undefined where an output depends on the whole image (global pooling, a dense layer), on where in the image
 * it is (a constant map, resizing with aligned corners), or on operators that are not looked into.
 */
export function receptiveField(graph: Graph): ReceptiveField | undefined {
  const g = GraphBuilder.from(graph);
  const image: Reach = { step: 1, before: 0, after: 0 };
  const reaches = new Map<string, Reaches | 'unbounded'>(
    graph.inputs.map(({ name }) => [name, [image, image]]),
  );
  const steps = new Set<number>();
  for (const node of graph.nodes) {
    if (!node.inputs.some((name) => reaches.has(name))) continue;
    const reach = reachOf(g, node, reaches);
    for (const name of node.outputs) reaches.set(name, reach);
    if (reach !== 'unbounded') for (const { step } of reach) steps.add(step);
  }
  let radius = 0;
  for (const { name } of graph.outputs) {
    const reach = reaches.get(name);
    if (reach === undefined) continue;
    if (reach === 'unbounded') return undefined;
    for (const { step, before, after } of reach) {
      if (step !== 1) return undefined;
      radius = Math.max(radius, before, after);
    }
  }
  const stride = commonMultiple(steps);
  return stride === undefined ? undefined : { radius: Math.ceil(radius), stride };
}

function reachOf(
  g: GraphBuilder,
  node: Node,
  reaches: ReadonlyMap<string, Reaches | 'unbounded'>,
): Reaches | 'unbounded' {
  const inputs = node.inputs.map((name) => (name === '' ? undefined : g.value(name)));
  const seen = node.inputs.map((name) => reaches.get(name));
  if (seen.includes('unbounded')) return 'unbounded';
  const known = seen.filter((reach): reach is Reaches => Array.isArray(reach));
  const view = g.view(node, inputs);
  const operator = operatorKey(node.operator, node.domain);
  const output = g.value(node.outputs[0] as string);
  const isConstant = (value: Value | undefined) => value !== undefined && !reaches.has(value.name);
  const [first] = known as [Reaches];
  const rule = rules[operator];
  if (rule !== undefined || operator === 'Resize') {
    // A weight or a size that depends on the image.
    if (known.length > 1 || isConstant(inputs[0])) return 'unbounded';
    return both((axis) => (rule ?? resized)(view, first[axis], axis, output));
  }
  return keepsPixels(operator, view, output, isConstant)
    ? both((axis) => union(known.map((reach) => reach[axis])))
    : 'unbounded';
}

/** Whether each pixel of the result is made of that pixel of the operands, the same way everywhere. */
function keepsPixels(
  operator: string,
  view: NodeView,
  output: Value,
  isConstant: (value: Value | undefined) => boolean,
): boolean {
  const sizes = ({ shape }: Value) => shape.slice(-2).join();
  const { inputs } = view;
  if (operator === 'BatchNormalization') return view.int('training_mode', 0) === 0;
  if (pointwise.has(operator))
    return inputs.every(
      (value) =>
        value === undefined ||
        (isConstant(value)
          ? value.shape.slice(-2).every((size) => size === 1)
          : sizes(value) === sizes(output) && value.shape.length === 4),
    );
  const x = view.input(0);
  if (x.shape.length !== 4) return false;
  const overChannels = (axis: number) => axisOf(view, axis, 4) === 1;
  if (operator === 'Concat') return !inputs.some(isConstant) && overChannels(view.int('axis', 0));
  if (isConstant(x) || inputs.slice(1).some((value) => value && !isConstant(value))) return false;
  switch (operator) {
    case 'Split':
      return overChannels(view.int('axis', 0));
    case 'Softmax':
    case 'LogSoftmax':
      return overChannels(view.int('axis', -1));
    case 'Slice':
      return view.constant(3)?.every(overChannels) ?? false;
    case 'ReduceMax':
    case 'ReduceMean':
      return view.int('keepdims', 1) === 1 && (view.ints('axes')?.every(overChannels) ?? false);
    case 'ReduceSum':
      return view.int('keepdims', 1) === 1 && (view.constant(1)?.every(overChannels) ?? false);
    default:
      return false;
  }
}

/** Element o is made of elements less than one away from o / scale + shift. */
const resized: Rule = (view, { step, before, after }, axis, output) => {
  const [from, to] = [view.input(0), output].map(({ shape }) => shape[axis + 2] as number) as [
    number,
    number,
  ];
  const coordinates = view.string('coordinate_transformation_mode', 'half_pixel');
  const known = ['half_pixel', 'pytorch_half_pixel', 'asymmetric'].includes(coordinates);
  if (!known || !['nearest', 'linear'].includes(view.string('mode', 'nearest'))) return undefined;
  // By another scale the positions of the samples come back after many pixels only.
  if (to % from !== 0 && from % to !== 0) return undefined;
  const scale = to / from;
  const shift = coordinates === 'asymmetric' ? 0 : 0.5 / scale - 0.5;
  return {
    step: step / scale,
    before: before + step * (1 - shift),
    after: after + step * (1 + shift),
  };
};

function union(reaches: readonly Reach[]): Reach | undefined {
  const [{ step }] = reaches as [Reach];
  if (reaches.some((reach) => reach.step !== step)) return undefined;
  return {
    step,
    before: Math.max(...reaches.map(({ before }) => before)),
    after: Math.max(...reaches.map(({ after }) => after)),
  };
}

function both(of: (axis: 0 | 1) => Reach | undefined): Reaches | 'unbounded' {
  const [rows, columns] = [of(0), of(1)];
  return rows === undefined || columns === undefined ? 'unbounded' : [rows, columns];
}

/** The least whole number that is a multiple of every step; a step below 1 must divide 1. */
function commonMultiple(steps: Iterable<number>): number | undefined {
  let multiple = 1;
  for (const step of steps) {
    if (step < 1 ? !Number.isInteger(1 / step) : !Number.isInteger(step)) return undefined;
    if (step > 1) multiple = (multiple * step) / greatestDivisor(multiple, step);
  }
  return multiple;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** The weight of a convolution; pools have none. */
function weightOf({ node, inputs }: NodeView): Value | undefined {
  return node.operator.endsWith('Pool') ? undefined : inputs[1];
}
