import type { Graph, Node } from '@vascula/autograd';

/** Values that training adds to a graph, and what a checkpoint may not hold. */
const taken = new Set(
  [
    'image mask logits probability loss faults',
    'weights statistics gradient kept',
    'positives negatives positiveCost negativeCost images pixels cost overlapCost',
    '__metadata__ __proto__',
  ].flatMap((names) => names.split(' ')),
);
const takenPrefixes = ['next/', 'optimiser/', 'weights/', 'statistics/', 'average/', 'onnx/'];

const isTaken = (name: string) =>
  taken.has(name) || takenPrefixes.some((prefix) => name.startsWith(prefix));

/**
 * The graph with every name changed that training would use for something else, and nodes that share a name
 * told apart; names of parameters are otherwise those of the file.
 */
export function withSafeNames(graph: Graph): Graph {
  const values = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initialisers.keys(),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
  ]);
  const renamed = new Map<string, string>();
  for (const name of [...values]) {
    if (!isTaken(name)) continue;
    let free = `onnx/${name}`;
    while (values.has(free)) free = `onnx/${free}`;
    renamed.set(name, free);
    values.add(free);
  }
  const current = (name: string) => renamed.get(name) ?? name;
  const nodeNames = new Set<string>();
  // What a batch normalisation in training makes beside its result is named after it.
  const madeFor = ['mean', 'variance'];
  const isFree = (name: string) =>
    !nodeNames.has(name) && madeFor.every((part) => !values.has(`${name}/${part}`));
  const nodes = graph.nodes.map((node): Node => {
    // A file that was trained here has nodes of those names.
    const own = isTaken(node.name) ? `onnx/${node.name}` : node.name;
    let name = own;
    for (let count = 2; !isFree(name); count++) name = `${own}_${count}`;
    nodeNames.add(name);
    return { ...node, name, inputs: node.inputs.map(current), outputs: node.outputs.map(current) };
  });
  const renamedInfo = <Info extends { readonly name: string }>(info: Info): Info => ({
    ...info,
    name: current(info.name),
  });
  return {
    ...graph,
    inputs: graph.inputs.map(renamedInfo),
    outputs: graph.outputs.map(renamedInfo),
    initialisers: new Map([...graph.initialisers].map(([name, value]) => [current(name), value])),
    nodes,
  };
}
