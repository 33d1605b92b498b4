import { fixedShape, GraphBuilder, type Operand } from '../builder.js';
import type { GraphPlace } from '../errors.js';
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
 * initialisers keep their names; what nobody needs any more is dropped. All sizes must be numbers.
 */
export function rewrite(graph: Graph, forms: ReadonlyMap<string, Form>): Graph {
  const names = graph.nodes.flatMap((node) => [node.name, ...node.inputs, ...node.outputs]);
  const g = new GraphBuilder(graph.name, new Set([...names, ...graph.outputs.map((o) => o.name)]));
  const made = new Map<string, Value>();
  for (const input of graph.inputs)
    made.set(input.name, g.input(input.name, input.type, fixedShape(input)));
  for (const [name, tensor] of graph.initialisers) made.set(name, g.parameter(name, tensor));
  const readValue = (name: string, reader?: GraphPlace) => made.get(name) ?? g.value(name, reader);

  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) =>
      name === '' ? undefined : readValue(name, { operator: node.operator, node: node.name }),
    );
    const form = forms.get(operatorKey(node.operator, node.domain));
    const results =
      form?.(g, inputs, g.view(node, inputs), node) ??
      g.addNode({ ...node, inputs: inputs.map((input) => input?.name ?? '') });
    node.outputs.forEach((name, index) => {
      const result = results[index];
      if (name !== '' && result !== undefined) made.set(name, result);
    });
  }
  for (const { name } of graph.outputs) g.output(readValue(name), name);
  return prune(g.build());
}
