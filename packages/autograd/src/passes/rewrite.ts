import { GraphBuilder, type Operand } from '../builder.js';
import { type Graph, type Node, operatorKey } from '../graph.js';
import type { NodeView, Value } from '../operators/operator.js';
import { prune } from './prune.js';

/** What replaces a node: its outputs made otherwise, or undefined to leave the node as it is. */
export type Form = (
  g: GraphBuilder,
  inputs: readonly Operand[],
  view: NodeView,
  node: Node,
) => readonly Operand[] | undefined;

/**
 * A graph with every node whose operator has a form replaced by that form. Inputs, outputs and
 * initialisers keep their names; what nobody needs any more is dropped.
 */
export function rewrite(graph: Graph, forms: Readonly<Record<string, Form>>): Graph {
  const names = graph.nodes.flatMap((node) => [node.name, ...node.outputs]);
  const g = new GraphBuilder(graph.name, new Set(names));
  const made = new Map<string, Value>();
  for (const { name, type, shape } of graph.inputs)
    made.set(name, g.input(name, type, shape as readonly number[]));
  for (const [name, tensor] of graph.initialisers) made.set(name, g.parameter(name, tensor));

  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => (name === '' ? undefined : made.get(name)));
    const form = forms[operatorKey(node.operator, node.domain)];
    const results =
      form?.(g, inputs, g.view(node, inputs), node) ??
      g.addNode({ ...node, inputs: inputs.map((input) => input?.name ?? '') });
    node.outputs.forEach((name, index) => {
      const result = results[index];
      if (name !== '' && result !== undefined) made.set(name, result);
    });
  }
  for (const { name } of graph.outputs) {
    const value = made.get(name) as Value;
    g.output(value, name);
  }
  return prune(g.build());
}
