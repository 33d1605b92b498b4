import type { Graph, Node } from '../graph.js';
import { elementCount, int64, type Tensor } from '../tensor.js';

/** Where a parameter lies in a flat vector of parameters. */
export interface Slice {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
}

/** Places for the named parameters, one after the other. */
export function layOut(graph: Graph, names: readonly string[]): readonly Slice[] {
  let offset = 0;
  return names.map((name) => {
    const tensor = graph.initialisers.get(name);
    if (tensor?.type !== 'float32')
      throw new RangeError(`"${name}" is no float32 initialiser of the graph "${graph.name}"`);
    const slice = { name, shape: tensor.shape, offset };
    offset += tensor.data.length;
    return slice;
  });
}

/** Elements of the flat vector of such a layout. */
export function flatLength(layout: readonly Slice[]): number {
  return layout.reduce((sum, slice) => sum + elementCount(slice.shape), 0);
}

/** The parameters of a layout as one vector. */
export function flatten(
  parameters: Pick<ReadonlyMap<string, Tensor>, 'get'>,
  layout: readonly Slice[],
): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(flatLength(layout));
  for (const { name, shape, offset } of layout) {
    const tensor = parameters.get(name);
    if (tensor === undefined || tensor.shape.join() !== shape.join())
      throw new RangeError(`parameter "${name}" has shape [${tensor?.shape}], expected [${shape}]`);
    flat.set(tensor.data as Float32Array, offset);
  }
  return flat;
}

/** The parameters of a layout cut out of their vector. */
export function unflatten(flat: Float32Array, layout: readonly Slice[]): Map<string, Tensor> {
  return new Map(
    layout.map(({ name, shape, offset }) => [
      name,
      { type: 'float32', shape, data: flat.slice(offset, offset + elementCount(shape)) },
    ]),
  );
}

/**
 * The graph with the parameters of the layout read from one flat input: one buffer holds all weights,
 * so an optimiser is one chain of nodes and a step's state is a few tensors.
 */
export function withFlatInput(graph: Graph, input: string, layout: readonly Slice[]): Graph {
  if (layout.length === 0) return graph;
  const initialisers = new Map(graph.initialisers);
  const sizes = `${input}/sizes`;
  initialisers.set(sizes, int64(layout.map((slice) => elementCount(slice.shape))));
  const part = (name: string) => `${input}/${name}`;
  const split: Node = {
    name: `${input}/split`,
    operator: 'Split',
    domain: '',
    inputs: [input, sizes],
    outputs: layout.map(({ name }) => part(name)),
    attributes: { axis: { type: 'int', value: 0 } },
  };
  const reshapes = layout.map(({ name, shape }): Node => {
    initialisers.delete(name);
    initialisers.set(`${part(name)}/shape`, int64(shape));
    return {
      name,
      operator: 'Reshape',
      domain: '',
      inputs: [part(name), `${part(name)}/shape`],
      outputs: [name],
      attributes: {},
    };
  });
  return {
    ...graph,
    inputs: [...graph.inputs, { name: input, type: 'float32', shape: [flatLength(layout)] }],
    initialisers,
    nodes: [split, ...reshapes, ...graph.nodes],
  };
}
