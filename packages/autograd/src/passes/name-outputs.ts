import type { Graph, Node } from '../graph.js';

/**
 * Gives values the names under which they are graph outputs, in place of Identity nodes that copy them:
 * a node then writes into the buffer the caller gave for the output. What is an input, a constant, or an
 * output already keeps its copy.
 */
export function nameOutputs(graph: Graph): Graph {
  const made = new Set(graph.nodes.flatMap((node) => node.outputs));
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const renamed = new Map<string, string>();
  const dropped = new Set<Node>();
  for (const node of graph.nodes) {
    const [from, to] = [node.inputs[0] as string, node.outputs[0] as string];
    if (node.operator !== 'Identity' || node.domain !== '' || !outputs.has(to)) continue;
    if (!made.has(from) || outputs.has(from) || renamed.has(from)) continue;
    renamed.set(from, to);
    dropped.add(node);
  }
  if (dropped.size === 0) return graph;
  const current = (name: string) => renamed.get(name) ?? name;
  return {
    ...graph,
    nodes: graph.nodes
      .filter((node) => !dropped.has(node))
      .map((node) => ({
        ...node,
        inputs: node.inputs.map(current),
        outputs: node.outputs.map(current),
      })),
  };
}
