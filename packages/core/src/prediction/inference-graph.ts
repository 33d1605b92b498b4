import { foldBatchNormalization, type Graph, GraphBuilder } from '@vascula/autograd';
import type { Model } from '../models/index.js';

/**
 * A trained network as it is run and handed out: batch normalisation folded into the convolutions, any
 * batch and any size that is a multiple of the network's. Input `image` float32 [batch, 3, height,
 * width] of 0 to 255, output `probability` float32 [batch, classes, height, width].
 */
export function inferenceGraph(model: Model): Graph {
  const folded = foldBatchNormalization(model.graph);
  const g = GraphBuilder.from({ ...folded, outputs: [] });
  g.output(g.apply('Sigmoid', [g.value('logits')]), 'probability');
  const graph = g.build();
  const open = (channels: number) => ['batch', channels, 'height', 'width'];
  return {
    ...graph,
    inputs: graph.inputs.map((input) => ({ ...input, shape: open(model.spec.inputChannels) })),
    outputs: graph.outputs.map((output) => ({ ...output, shape: open(model.spec.classes) })),
  };
}
