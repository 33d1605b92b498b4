import type { Graph, Node } from '@vascula/autograd';

/** The node that makes a value, seen through those that only rename it. */
export function lastNode(graph: Graph, value: string): Node | undefined {
  const node = graph.nodes.find(({ outputs }) => outputs.includes(value));
  return node?.operator === 'Identity' ? lastNode(graph, node.inputs[0] as string) : node;
}
