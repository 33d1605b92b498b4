import type { Graph, Node } from '../graph.js';

export interface TrainingForm {
  readonly graph: Graph;
  /** For each running statistic (an initialiser): the value that holds it after the step. */
  readonly statistics: ReadonlyMap<string, string>;
  /** Biases that feed a batch normalisation and nothing else: their gradient is zero. */
  readonly idleBiases: ReadonlySet<string>;
}

/**
 * A forward graph as it runs in training: every batch normalisation whose scale or shift is trained (all,
 * where `trained` is left out) uses the batch's statistics and says what its running statistics become.
 * The others are frozen and go on as in inference.
 *
 * A bias in front of a batch normalisation in training is subtracted again with the mean. Its gradient is
 * zero but for rounding noise, which Adam would turn into steps of full size: leave these biases out.
 */
export function trainingForm(graph: Graph, trained?: ReadonlySet<string>): TrainingForm {
  const statistics = new Map<string, string>();
  const producer = new Map<string, Node>();
  const readers = new Map<string, number>();
  for (const node of graph.nodes) {
    for (const name of node.outputs) producer.set(name, node);
    for (const name of node.inputs) readers.set(name, (readers.get(name) ?? 0) + 1);
  }
  for (const { name } of graph.outputs) readers.set(name, (readers.get(name) ?? 0) + 1);
  const idleBiases = new Set<string>();
  const nodes = graph.nodes.map((node): Node => {
    if (node.operator !== 'BatchNormalization' || node.domain !== '') return node;
    const [x, scale, shift, mean, variance] = node.inputs as [
      string,
      string,
      string,
      string,
      string,
    ];
    if (trained && !trained.has(scale) && !trained.has(shift)) return node;
    const conv = producer.get(x);
    const bias = conv?.operator.startsWith('Conv') ? conv.inputs[2] : undefined;
    if (bias && readers.get(x) === 1 && readers.get(bias) === 1) idleBiases.add(bias);
    const outputs = [node.outputs[0] as string, `${node.name}/mean`, `${node.name}/variance`];
    statistics.set(mean, outputs[1] as string);
    statistics.set(variance, outputs[2] as string);
    const attributes = { ...node.attributes, training_mode: { type: 'int', value: 1 } as const };
    return { ...node, outputs, attributes };
  });
  return { graph: { ...graph, nodes }, statistics, idleBiases };
}
