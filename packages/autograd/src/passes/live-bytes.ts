import { GraphBuilder } from '../builder.js';
import type { Graph, Node } from '../graph.js';
import { executionOrder } from '../session/execution-order.js';
import { elementCount, typedArrays } from '../tensor.js';

/** Operators whose result is their first input under another shape or name: the runtime copies nothing. */
const renaming = new Set(['Reshape', 'Identity', 'Squeeze', 'Unsqueeze', 'Flatten']);

/**
 * Bytes that the values of a graph take at most at one moment, if its nodes run in ONNX Runtime's order
 * (`executionOrder`) and each value is given up after its last reader. Inputs, outputs and initialisers are not counted: they belong
 * to whoever runs the graph. All sizes must be numbers.
 */
export function liveBytes(graph: Graph): number {
  const g = GraphBuilder.from(graph);
  const nodes = executionOrder(graph);
  const source = new Map<string, string>();
  const owner = (name: string) => source.get(name) ?? name;
  for (const { operator, inputs, outputs } of nodes)
    if (renaming.has(operator)) source.set(outputs[0] as string, owner(inputs[0] as string));

  const lent = new Set([...graph.initialisers.keys(), ...graph.inputs.map(({ name }) => name)]);
  for (const { name } of graph.outputs) lent.add(owner(name));
  const lastReader = new Map<string, Node>();
  for (const node of nodes)
    for (const name of [...node.outputs, ...node.inputs]) lastReader.set(owner(name), node);

  let [now, most] = [0, 0];
  for (const node of nodes) {
    const values = new Set([...node.inputs, ...node.outputs].filter(Boolean).map(owner));
    const own = [...values].filter((name) => !lent.has(name));
    const made = own.filter((name) => node.outputs.includes(name));
    now += bytes(g, made);
    most = Math.max(most, now);
    now -= bytes(
      g,
      own.filter((name) => lastReader.get(name) === node),
    );
  }
  return most;
}

function bytes(g: GraphBuilder, names: readonly string[]): number {
  return names
    .map((name) => g.value(name))
    .reduce((sum, v) => sum + elementCount(v.shape) * typedArrays[v.type].BYTES_PER_ELEMENT, 0);
}
