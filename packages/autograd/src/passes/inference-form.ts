import type { Graph, Node } from '../graph.js';
import type { Tensor } from '../tensor.js';

/**
 * A graph read from a file as it runs in inference: batch normalisation uses its running statistics,
 * `Dropout` and `Identity` are left out.
 *
 * An initialiser that an Identity gives a second name becomes two: exporters fold equal parameters of
 * different layers into one, and in training each is to go its own way. An Identity that gives a value
 * its name as an output of the graph stays.
 */
export function inferenceForm(graph: Graph): Graph {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const read = new Set([...outputs, ...graph.nodes.flatMap((node) => node.inputs)]);
  const initialisers = new Map<string, Tensor>(graph.initialisers);
  const renamed = new Map<string, string>();
  const current = (name: string) => renamed.get(name) ?? name;
  const nodes = graph.nodes.flatMap((given): Node[] => {
    const node = { ...given, inputs: given.inputs.map(current) };
    const [from, to] = [node.inputs[0] ?? '', node.outputs[0] ?? ''];
    if (node.domain !== '') return [node];
    if (node.operator === 'BatchNormalization') return [inInference(node)];
    const mask = node.outputs[1];
    const isDropout = node.operator === 'Dropout' && !(mask && read.has(mask));
    if (!isDropout && node.operator !== 'Identity') return [node];
    const initialiser = initialisers.get(from);
    if (initialiser !== undefined) initialisers.set(to, initialiser);
    else if (outputs.has(to)) return [identity(node)];
    else renamed.set(to, from);
    return [];
  });
  return { ...graph, initialisers, nodes };
}

function inInference(node: Node): Node {
  const { training_mode: _, ...attributes } = node.attributes;
  return { ...node, outputs: node.outputs.slice(0, 1), attributes };
}

function identity(node: Node): Node {
  const [inputs, outputs] = [node.inputs.slice(0, 1), node.outputs.slice(0, 1)];
  return { ...node, operator: 'Identity', inputs, outputs, attributes: {} };
}
