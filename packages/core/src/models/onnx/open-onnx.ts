import {
  type Graph,
  inferenceForm,
  type OnnxFile,
  prune,
  specialise,
  type Tensor,
  type ValueInfo,
} from '@vascula/autograd';
import { InputError } from '../../errors.js';
import type { OnnxConvention } from './convention.js';
import { headOf } from './head.js';
import { type FoundParameter, findParameters } from './parameters.js';
import { withPreparation } from './preparation.js';
import { withSafeNames } from './safe-names.js';
import { imageSizes } from './sizes.js';
import { requireGradients, requireOperators } from './support.js';

/** A network from an ONNX file, ready to be built for any size: its convention, and what was found. */
export interface OnnxSpec extends OnnxConvention {
  readonly architecture: 'onnx';
  /**
   * Input `image` float32 [N, 3, H, W], RGB of 0 to 255; output `logits` [N, 1, H, W]. Sizes are open, and
   * what computes them is part of it.
   */
  readonly graph: Graph;
  readonly parameters: readonly FoundParameter[];
  /** Height and width of the input must be multiples of this. */
  readonly sizeMultiple: number;
  /** False: one image at a time. */
  readonly batches: boolean;
  /** Channels of the output that is read. */
  readonly outputChannels: number;
}

/**
 * Makes an ONNX file a network that can be trained.
 *
 * @param path says in errors where it came from
 * @throws InputError that says what of it is not supported (operator and node), or what about its input, its
 * output or its parameters does not fit.
 */
export function openOnnx(file: OnnxFile, convention: OnnxConvention, path: string): OnnxSpec {
  const outputs = file.graph.outputs.filter(({ name }) => name === convention.output);
  const read = prune(inferenceForm({ ...file.graph, outputs }));
  requireOperators(read, path);
  const input = inputOf(read, path);
  const body = withSafeNames(read);
  const { name } = body.inputs[read.inputs.indexOf(input)] as ValueInfo;
  const prepared = withPreparation(body, name, convention);
  const output = body.outputs[0]?.name as string;
  const parameters = findParameters(prepared, file.constants, convention.freeze, path);
  const variables = new Set(parameters.map(({ name }) => name));
  const { channels, ...sizes } = imageSizes(prepared, output, variables, input.shape, path);
  if (convention.outputChannel >= channels)
    throw new InputError({
      path,
      problem: `has ${channels} output channel(s), and ${convention.outputChannel} was asked for`,
      expected: `one from 0 to ${channels - 1}`,
    });
  const head = headOf(prepared, convention, channels);
  const batch = sizes.batches ? 'batch' : 1;
  const graph = prune({
    ...prepared,
    inputs: [{ name: 'image', type: 'float32', shape: [batch, 3, 'height', 'width'] }],
    outputs: [{ name: 'logits', type: 'float32', shape: [batch, 1, 'height', 'width'] }],
    initialisers: new Map<string, Tensor>([...prepared.initialisers, ...head.initialisers]),
    nodes: [...prepared.nodes, ...head.nodes],
  });
  // A parameter may lie behind a Sigmoid that was taken off, or in front of another output.
  const kept = parameters.filter(({ name }) => graph.initialisers.has(name));
  const side = sizes.sizeMultiple * Math.ceil(64 / sizes.sizeMultiple);
  const sized = specialise(graph, { image: [1, 3, side, side] }, variables);
  const trained = kept.filter(({ trainable }) => trainable).map(({ name }) => name);
  requireGradients(sized, trained, path);
  return {
    ...convention,
    architecture: 'onnx',
    graph,
    parameters: kept,
    ...sizes,
    outputChannels: channels,
  };
}

/** The one input that is fed, an image of three channels. */
function inputOf(graph: Graph, path: string): ValueInfo {
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const inputs = graph.inputs.filter(({ name }) => read.has(name));
  const [input] = inputs;
  const shown = ({ name, type, shape }: ValueInfo) => `"${name}", ${type} [${shape.join(', ')}]`;
  if (input === undefined || inputs.length > 1)
    throw new InputError({
      path,
      problem: `has ${inputs.length} inputs${inputs.length === 0 ? '' : `: ${inputs.map(shown).join('; ')}`}`,
      expected: 'one, an image',
    });
  const { type, shape } = input;
  const channels = shape[1];
  const fits = type === 'float32' && shape.length === 4;
  if (!fits || (typeof channels === 'number' && channels !== 3))
    throw new InputError({
      path,
      problem: `has the input ${shown(input)}`,
      expected: 'float32 [N, 3, H, W]',
      ...(type !== 'float32' && { hint: 'Export the model in float32' }),
    });
  return input;
}
