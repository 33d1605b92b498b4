import {
  foldBatchNormalization,
  type Graph,
  lower,
  type Node,
  type Target,
} from '@vascula/autograd';
import { buildModel, type InputSize, type Model } from '../models/index.js';
import { withParameters } from '../models/onnx/index.js';

/**
 * A trained network as it is handed out: batch normalisation folded into the convolutions, standard
 * operators only, any batch (but for a file for one image at a time) and any size that is a multiple of the
 * network's. Input `image` float32
 * [batch, 3, height, width] of 0 to 255, output `probability` float32 [batch, classes, height, width].
 */
export function inferenceGraph({ spec, graph }: Model): Graph {
  if (spec.architecture === 'onnx')
    return withProbability(withParameters(spec.graph, graph.initialisers));
  const open = (channels: number) => ['batch', channels, 'height', 'width'];
  return withProbability({
    ...graph,
    inputs: graph.inputs.map((input) => ({ ...input, shape: open(spec.inputChannels) })),
    outputs: graph.outputs.map((output) => ({ ...output, shape: open(spec.classes) })),
  });
}

/** The same for one size, in the form that is fastest on a target; only for that target's runtime. */
export function sizedInferenceGraph(model: Model, size: InputSize, target: Target): Graph {
  return lower(withProbability(resized(model, size).graph), target);
}

/** The same network for another size. */
export function resized({ spec, graph }: Model, size: InputSize): Model {
  return buildModel(spec, size, ({ name }) => graph.initialisers.get(name)?.data as Float32Array);
}

function withProbability(graph: Graph): Graph {
  const folded = foldBatchNormalization(graph);
  const sigmoid: Node = {
    name: 'probability',
    operator: 'Sigmoid',
    domain: '',
    inputs: ['logits'],
    outputs: ['probability'],
    attributes: {},
  };
  return {
    ...folded,
    outputs: folded.outputs.map((output) => ({ ...output, name: 'probability' })),
    nodes: [...folded.nodes, sigmoid],
  };
}
