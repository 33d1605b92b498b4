import { GraphBuilder } from '../builder.js';
import { GraphError } from '../errors.js';
import type { Graph, Node, ValueInfo } from '../graph.js';
import { elementCount } from '../tensor.js';

/** A run of elements of a flat input or output. */
export interface Part {
  /** Name of the flat input or output. */
  readonly of: string;
  readonly offset: number;
  readonly length: number;
}

export interface PartedGraph {
  readonly graph: Graph;
  /** Inputs and outputs of `graph` that stand for a part of one of the graph it was made of. */
  readonly parts: ReadonlyMap<string, Part>;
}

/**
 * The graph without the copies at its borders: what is split off a flat input becomes an input, what is
 * joined to a flat output becomes an output, for a runtime whose tensors can be views of parts of a
 * vector. Parameters are then not copied out of theirs, and a gradient is put where it belongs as soon
 * as it is there.
 */
export function sharedParts(graph: Graph): PartedGraph {
  const parts = new Map<string, Part>();
  const candidate = (node: Node) => splitsInput(graph, node) || joinsOutput(graph, node, parts);
  const g = graph.nodes.some(candidate) ? builderOf(graph) : undefined;
  // Nothing to be shared; or not a graph of this package, which the runtime may know all the same.
  if (g === undefined) return { graph, parts };
  const place = (of: string, names: readonly string[]): void => {
    let offset = 0;
    for (const name of names) {
      const length = elementCount(g.value(name).shape);
      parts.set(name, { of, offset, length });
      offset += length;
    }
  };
  const divided = new Set<Node>();
  const joined = new Set<string>();
  for (const node of graph.nodes)
    if (splitsInput(graph, node)) {
      place(node.inputs[0] as string, node.outputs);
      divided.add(node);
    } else if (joinsOutput(graph, node, parts)) {
      place(node.outputs[0] as string, node.inputs);
      joined.add(node.outputs[0] as string);
      divided.add(node);
    }
  const nodes = graph.nodes.filter((node) => !divided.has(node));
  const needed = new Set(nodes.flatMap((node) => node.inputs));
  for (const { name } of graph.outputs) needed.add(name);
  const partsOf = (list: readonly ValueInfo[]): ValueInfo[] =>
    list.flatMap((value) =>
      [...parts]
        .filter(([, { of }]) => of === value.name)
        .map(([name, { length }]): ValueInfo => ({ name, type: value.type, shape: [length] })),
    );
  return {
    graph: {
      ...graph,
      nodes,
      inputs: [
        ...graph.inputs.filter(({ name }) => needed.has(name) || !isDivided(name, parts)),
        ...partsOf(graph.inputs),
      ],
      outputs: [
        ...graph.outputs.filter(({ name }) => !joined.has(name)),
        ...partsOf(graph.outputs),
      ],
    },
    parts,
  };
}

function isDivided(name: string, parts: ReadonlyMap<string, Part>): boolean {
  return [...parts.values()].some(({ of }) => of === name);
}

/** Undefined where a node is of an operator, or used in a way, that this package does not know. */
function builderOf(graph: Graph): GraphBuilder | undefined {
  try {
    return GraphBuilder.from(graph);
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

/** What is an output itself has to be made by a node. */
function splitsInput(graph: Graph, { operator, inputs: [from], outputs }: Node): boolean {
  return (
    operator === 'Split' &&
    graph.inputs.some(({ name, shape }) => name === from && isFlat(shape)) &&
    graph.outputs.every(({ name }) => !outputs.includes(name)) &&
    !outputs.includes('')
  );
}

/** Each joined value must be free to become an output: made by a node, once there, none already. */
function joinsOutput(graph: Graph, node: Node, parts: ReadonlyMap<string, Part>): boolean {
  const joined = graph.outputs.find(({ name }) => name === node.outputs[0]);
  if (node.operator !== 'Concat' || joined?.type !== 'float32' || !isFlat(joined.shape))
    return false;
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const made = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  return (
    new Set(node.inputs).size === node.inputs.length &&
    node.inputs.every((name) => made.has(name) && !outputs.has(name) && !parts.has(name)) &&
    graph.nodes.every(({ inputs }) => !inputs.includes(joined.name))
  );
}

function isFlat(shape: ValueInfo['shape']): boolean {
  return shape.length === 1;
}
