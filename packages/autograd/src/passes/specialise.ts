import { fixedShape, GraphBuilder } from '../builder.js';
import { type Graph, type Node, operatorKey } from '../graph.js';
import { operators } from '../operators/index.js';
import { NodeView } from '../operators/operator.js';
import { elementCount, type Tensor } from '../tensor.js';
import { prune } from './prune.js';

/** Larger results stay nodes: what computes sizes is small. */
const mostElements = 65_536;

/**
 * The graph for inputs of the given shapes (by name; others must have theirs): every size is a number,
 * and what follows from sizes and constants is a constant. Exporters leave the computation of sizes in
 * the graph as nodes (`Shape`, `Gather`, `Concat`); none of them is left.
 *
 * Initialisers named in `variables` are no constants: what is computed from them stays a node, so they can
 * be trained.
 *
 * Throws GraphError where the shapes do not fit, UnsupportedOperatorError for an operator that is not
 * known, or that is known only for constant operands.
 */
export function specialise(
  graph: Graph,
  shapes: Readonly<Record<string, readonly number[]>>,
  variables: ReadonlySet<string> = new Set(),
): Graph {
  const g = new GraphBuilder(graph.name);
  for (const input of graph.inputs)
    g.input(input.name, input.type, shapes[input.name] ?? fixedShape(input));
  for (const [name, tensor] of graph.initialisers) g.parameter(name, tensor);
  const constant = (name: string) => (variables.has(name) ? undefined : g.tensor(name));
  for (const node of graph.nodes) {
    const values = evaluated(g, node, constant);
    if (values === undefined) g.addNode(node);
    else
      node.outputs.forEach((name, i) => {
        if (name !== '') g.parameter(name, values[i] as Tensor);
      });
  }
  for (const { name } of graph.outputs) g.output(g.value(name));
  return prune(g.build());
}

function evaluated(
  g: GraphBuilder,
  node: Node,
  constant: (name: string) => Tensor | undefined,
): readonly Tensor[] | undefined {
  const operator = operators.get(operatorKey(node.operator, node.domain));
  if (operator?.evaluate === undefined) return undefined;
  const place = { operator: node.operator, node: node.name };
  const inputs = node.inputs.map((name) => (name === '' ? undefined : g.value(name, place)));
  const view = new NodeView(node, inputs, constant);
  // A shape may depend on a variable's value; the node's own rule then says that it must not.
  const types = operator.shape(g.view(node, inputs));
  if (types.some(({ shape }) => elementCount(shape) > mostElements)) return undefined;
  return operator.evaluate(view, types);
}
