import type { Graph } from '../graph.js';
import { nextPrefix } from './runtime.js';

/** Operators that make each number of one number of each operand. */
const elementwise = new Set(
  'Abs Add Clip Div Exp Identity Log Max Min Mul Neg Pow Reciprocal Relu Sign Sqrt Sub'.split(' '),
);

/**
 * Whether a graph changes state entries, vectors of one length, number by number and in a way that lets
 * it write over what it reads: an optimiser's update is one. It may then be run a piece of the vectors
 * after the other, in memory that does not grow with them, without a second copy of the state.
 */
export function isPiecewise(graph: Graph): boolean {
  const vectors = graph.inputs.filter(({ shape }) => shape.length > 0);
  const [length] = vectors[0]?.shape ?? [];
  const single = (size: number | string) => size === 1;
  return (
    vectors.length > 0 &&
    vectors.every(({ shape }) => shape.length === 1 && shape[0] === length) &&
    graph.inputs.every(({ type }) => type === 'float32') &&
    [...graph.initialisers.values()].every(({ shape }) => shape.every(single)) &&
    graph.nodes.every(({ operator, domain }) => domain === '' && elementwise.has(operator)) &&
    graph.outputs.every(
      ({ name, shape }) =>
        name.startsWith(nextPrefix) &&
        shape.length === 1 &&
        shape[0] === length &&
        mayOverwrite(graph, name, name.slice(nextPrefix.length)),
    )
  );
}

/**
 * Whether everything that reads `input` is done with it when `output` is written: it leads there. An
 * Identity makes no copy, so what reads its result reads its input.
 */
function mayOverwrite(graph: Graph, output: string, input: string): boolean {
  const same = new Set([input]);
  for (const { operator, inputs, outputs } of graph.nodes)
    if (operator === 'Identity' && same.has(inputs[0] as string)) same.add(outputs[0] as string);
  const leading = new Set([output]);
  for (const { inputs, outputs } of graph.nodes.toReversed())
    if (outputs.some((name) => leading.has(name))) for (const name of inputs) leading.add(name);
  return graph.nodes
    .filter(({ inputs }) => inputs.some((name) => same.has(name)))
    .every(({ outputs }) => outputs.some((name) => leading.has(name)));
}
