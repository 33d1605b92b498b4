import type { Graph, Node } from '../graph.js';

/**
 * The order in which ONNX Runtime runs the nodes of a graph it does not optimise: depth first from the
 * nodes that nobody reads, the last of them first, each after its inputs, those that stand later in the
 * graph first.
 */
export function executionOrder({ nodes }: Pick<Graph, 'nodes'>): readonly Node[] {
  const places = new Map<string, number>();
  for (const [place, node] of nodes.entries())
    for (const name of node.outputs) if (name !== '') places.set(name, place);
  const sources = nodes.map(({ inputs }) =>
    [...new Set(inputs.flatMap((name) => places.get(name) ?? []))].sort((a, b) => a - b),
  );
  const read = new Set(sources.flat());
  const order: Node[] = [];
  const entered = new Set<number>();
  const stack = nodes.flatMap((_, place) => (read.has(place) ? [] : [{ place, done: false }]));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { place, done } = top;
    if (done) order.push(nodes[place] as Node);
    if (done || entered.has(place)) continue;
    entered.add(place);
    stack.push({ place, done: true });
    for (const source of sources[place] as number[])
      if (!entered.has(source)) stack.push({ place: source, done: false });
  }
  return order;
}
