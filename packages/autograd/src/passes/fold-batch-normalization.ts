import { GraphError } from '../errors.js';
import type { Graph, Node } from '../graph.js';
import type { Tensor } from '../tensor.js';
import { prune } from './prune.js';

/**
 * Folds each inference batch normalisation into the convolution before it, where the convolution's
 * result goes nowhere else: weight' = weight s, bias' = (bias - mean) s + shift, with
 * s = scale / sqrt(variance + epsilon) per output channel. Throws GraphError for one in training form.
 */
export function foldBatchNormalization(graph: Graph): Graph {
  const producer = new Map<string, Node>();
  const readers = new Map<string, number>();
  for (const node of graph.nodes) {
    for (const name of node.outputs) producer.set(name, node);
    for (const name of node.inputs) readers.set(name, (readers.get(name) ?? 0) + 1);
  }
  for (const { name } of graph.outputs) readers.set(name, (readers.get(name) ?? 0) + 1);
  const initialisers = new Map(graph.initialisers);
  const replaced = new Map<Node, Node>();
  const dropped = new Set<Node>();
  for (const node of graph.nodes) {
    if (node.operator !== 'BatchNormalization' || node.domain !== '') continue;
    if (node.attributes.training_mode?.value === 1)
      throw new GraphError(
        { operator: node.operator, node: node.name },
        'is in training form; fold the inference graph',
      );
    const conv = producer.get(node.inputs[0] as string);
    if (conv?.operator !== 'Conv' || conv.domain !== '') continue;
    if (readers.get(conv.outputs[0] as string) !== 1) continue;
    const statistics = node.inputs.slice(1).map((name) => initialisers.get(name)?.data);
    const weight = initialisers.get(conv.inputs[1] as string);
    const bias = conv.inputs[2] ? initialisers.get(conv.inputs[2]) : undefined;
    // Computed parameters are not known before the graph runs.
    if (!weight || (conv.inputs[2] && !bias)) continue;
    if (statistics.some((data) => data === undefined)) continue;
    const [scale, shift, mean, variance] = statistics as Float32Array[] as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const epsilon = Number(node.attributes.epsilon?.value ?? 1e-5);
    const factor = Float64Array.from(
      scale,
      (s, o) => s / Math.sqrt((variance[o] as number) + epsilon),
    );
    const name = `${conv.name}/folded`;
    initialisers.set(`${name}/weight`, scaledRows(weight, factor));
    initialisers.set(`${name}/bias`, {
      type: 'float32',
      shape: [factor.length],
      data: Float32Array.from(
        factor,
        (f, o) => (Number(bias?.data[o] ?? 0) - (mean[o] as number)) * f + (shift[o] as number),
      ),
    });
    replaced.set(conv, {
      ...conv,
      inputs: [conv.inputs[0] as string, `${name}/weight`, `${name}/bias`],
      outputs: node.outputs.slice(0, 1),
    });
    dropped.add(node);
  }
  return prune({
    ...graph,
    initialisers,
    nodes: graph.nodes
      .filter((node) => !dropped.has(node))
      .map((node) => replaced.get(node) ?? node),
  });
}

function scaledRows(weight: Tensor, factor: Float64Array): Tensor {
  const row = weight.data.length / factor.length;
  const data = Float32Array.from(
    weight.data as Float32Array,
    (value, i) => value * (factor[Math.floor(i / row)] as number),
  );
  return { ...weight, data };
}
