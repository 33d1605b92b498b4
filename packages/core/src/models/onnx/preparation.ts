import { float32, type Graph, int64, type Node, type Tensor } from '@vascula/autograd';
import type { OnnxConvention } from './convention.js';

/**
 * The graph with an input `image` (RGB, 0 to 255, [N, 3, H, W]) in place of its own input: channels brought
 * into its order, then scaled as it is used to.
 */
export function withPreparation(
  graph: Graph,
  input: string,
  {
    channelOrder,
    normalisation: { mean, std },
  }: Pick<OnnxConvention, 'channelOrder' | 'normalisation'>,
): Graph {
  const perChannel = (values: readonly number[]) => float32([1, 3, 1, 1], values);
  const constants: Record<string, Tensor> = {
    // (x / 255 - mean) / std as x * scale - shift, worked out in float64.
    'onnx/input/scale': perChannel(std.map((s) => 1 / (255 * s))),
    'onnx/input/shift': perChannel(mean.map((m, c) => m / (std[c] as number))),
  };
  const nodes: Node[] = [];
  const add = (
    operator: string,
    inputs: string[],
    name: string,
    attributes = {},
    output = name,
  ) => {
    nodes.push({ name, operator, domain: '', inputs, outputs: [output], attributes });
    return output;
  };
  let image = 'image';
  if (channelOrder === 'bgr') {
    constants['onnx/input/order'] = int64([2, 1, 0]);
    const attributes = { axis: { type: 'int', value: 1 } };
    image = add('Gather', [image, 'onnx/input/order'], 'onnx/input/bgr', attributes);
  }
  const scaled = add('Mul', [image, 'onnx/input/scale'], 'onnx/input/scaled');
  add('Sub', [scaled, 'onnx/input/shift'], 'onnx/input/normalised', {}, input);
  return {
    ...graph,
    inputs: [{ name: 'image', type: 'float32', shape: ['batch', 3, 'height', 'width'] }],
    initialisers: new Map([...graph.initialisers, ...Object.entries(constants)]),
    nodes: [...nodes, ...graph.nodes],
  };
}
