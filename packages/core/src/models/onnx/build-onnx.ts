import { elementCount, type Graph, GraphBuilder, specialise, type Tensor } from '@vascula/autograd';
import { InputError } from '../../errors.js';
import type { InputSize, Model } from '../model.js';
import type { LayerRow, ParameterSource } from '../network.js';
import type { OnnxSpec } from './open-onnx.js';

/**
 * The network of a file for one input size, its parameters filled from `source`.
 *
 * @throws InputError where it was exported for one image at a time and is asked for more.
 */
export function buildOnnx(spec: OnnxSpec, size: InputSize, source: ParameterSource): Model {
  const { batch, height, width } = size;
  if (batch > 1 && !spec.batches)
    throw new InputError({
      path: 'model',
      problem: `takes one image at a time, not ${batch}`,
      hint: 'Train it with --micro-batch 1, or export it with dynamic_axes for the batch',
    });
  const parameters = spec.parameters.map(({ readers: _, ...parameter }) => parameter);
  const values = parameters.map((parameter): [string, Tensor] => [
    parameter.name,
    { type: 'float32', shape: parameter.shape, data: source(parameter) },
  ]);
  const filled = withParameters(spec.graph, new Map(values));
  const names = new Set(parameters.map(({ name }) => name));
  const graph = specialise(filled, { image: [batch, 3, height, width] }, names);
  return { spec, graph, layers: layersOf(graph, spec), parameters };
}

/** The graph with other values of its parameters. */
export function withParameters(graph: Graph, parameters: ReadonlyMap<string, Tensor>): Graph {
  const initialisers = new Map(graph.initialisers);
  for (const [name, tensor] of parameters)
    if (initialisers.has(name)) initialisers.set(name, tensor);
  return { ...graph, initialisers };
}

/** The parameters as the file has them. */
export function onnxParameters({ graph }: Pick<OnnxSpec, 'graph'>): ParameterSource {
  return ({ name }) => graph.initialisers.get(name)?.data as Float32Array;
}

/** A row for each node that makes maps; vectors count as maps of one pixel. */
function layersOf(graph: Graph, { parameters }: OnnxSpec): LayerRow[] {
  const g = GraphBuilder.from(graph);
  return graph.nodes.flatMap((node): LayerRow[] => {
    const own = parameters.filter(({ readers }) => readers[0] === node.name);
    const { shape } = g.value(node.outputs[0] as string);
    if (own.length === 0 && shape.length !== 4) return [];
    const [, channels = 1, height = 1, width = 1] = shape;
    const count = (of: typeof own) => of.reduce((sum, { shape }) => sum + elementCount(shape), 0);
    return [
      {
        name: node.name,
        type: node.operator,
        outputShape: [null, height, width, channels],
        parameters: count(own),
        nonTrainable: count(own.filter(({ trainable }) => !trainable)),
      },
    ];
  });
}
