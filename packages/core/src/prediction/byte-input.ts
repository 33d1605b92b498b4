import type { Graph, Node, ValueInfo } from '@vascula/autograd';

/** ONNX's code of float32, for Cast. */
const FLOAT = 1;

/**
 * An inference graph that takes pixels as images lie in memory: the input `image` becomes uint8
 * [batch, height, width, channels] in place of float32 [batch, channels, height, width] of 0 to 255. The
 * bytes are transposed before they are cast: a quarter of the memory.
 */
export function withByteInput(graph: Graph): Graph {
  const [image] = graph.inputs;
  if (image === undefined || graph.inputs.length > 1 || image.shape.length !== 4)
    throw new RangeError(`a graph of ${graph.inputs.length} inputs is none of one image`);
  const { name } = image;
  const [batch, channels, height, width] = image.shape as [Size, Size, Size, Size];
  const planes = `${name}/planes`;
  const numbers = `${name}/float`;
  const feed = (read: string) => (read === name ? numbers : read);
  return {
    ...graph,
    inputs: [{ name, type: 'uint8', shape: [batch, height, width, channels] }],
    nodes: [
      node('Transpose', name, planes, { perm: { type: 'ints', value: [0, 3, 1, 2] } }),
      node('Cast', planes, numbers, { to: { type: 'int', value: FLOAT } }),
      ...graph.nodes.map((one) => ({ ...one, inputs: one.inputs.map(feed) })),
    ],
  };
}

type Size = ValueInfo['shape'][number];

function node(
  operator: string,
  input: string,
  output: string,
  attributes: Node['attributes'],
): Node {
  return { name: output, operator, domain: '', inputs: [input], outputs: [output], attributes };
}
