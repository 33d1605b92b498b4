import {
  foldBatchNormalization,
  type Graph,
  GraphBuilder,
  lower,
  type Target,
} from '@vascula/autograd';
import { buildModel, type InputSize, type Model } from '../models/index.js';

/**
 * A trained network as it is handed out: batch normalisation folded into the convolutions, standard
 * operators only, any batch and any size that is a multiple of the network's. Input `image` float32
 * [batch, 3, height, width] of 0 to 255, output `probability` float32 [batch, classes, height, width].
 */
export function inferenceGraph(model: Model): Graph {
  const graph = withProbability(model.graph);
  const open = (channels: number) => ['batch', channels, 'height', 'width'];
  return {
    ...graph,
    inputs: graph.inputs.map((input) => ({ ...input, shape: open(model.spec.inputChannels) })),
    outputs: graph.outputs.map((output) => ({ ...output, shape: open(model.spec.classes) })),
  };
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
  const g = GraphBuilder.from({ ...foldBatchNormalization(graph), outputs: [] });
  g.output(g.apply('Sigmoid', [g.value('logits')]), 'probability');
  return g.build();
}
