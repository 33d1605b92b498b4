import type { Graph } from '../graph.js';

/** Drops nodes and initialisers that no output depends on, and trailing outputs nobody reads. */
export function prune(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((output) => output.name));
  const nodes = [...graph.nodes].reverse().flatMap((node) => {
    if (!node.outputs.some((name) => needed.has(name))) return [];
    for (const name of node.inputs) if (name !== '') needed.add(name);
    const last = node.outputs.findLastIndex((name) => needed.has(name));
    // Split writes every part whether read or not; elsewhere an unread trailing output is optional.
    return [
      node.operator === 'Split' ? node : { ...node, outputs: node.outputs.slice(0, last + 1) },
    ];
  });
  return {
    ...graph,
    nodes: nodes.reverse(),
    initialisers: new Map([...graph.initialisers].filter(([name]) => needed.has(name))),
  };
}
