import type { Graph, Runtime, Tensor } from '@vascula/autograd';
import { imageTensor, type RgbPixels } from '@vascula/core';

/**
 * Runs an exported graph, of either form of input, on an image whose sides are multiples of its own.
 * Gives float32, height * width.
 */
export async function replay(
  graph: Graph,
  image: RgbPixels,
  runtime: Runtime,
): Promise<Float32Array> {
  const program = await runtime.load(graph);
  const { probability } = await program.run({ image: fed(graph, image) });
  return (probability as Tensor).data as Float32Array;
}

function fed({ inputs }: Graph, image: RgbPixels): Tensor {
  if (inputs[0]?.type !== 'uint8') return imageTensor(image, 1);
  const { data, width, height } = image;
  return { type: 'uint8', shape: [1, height, width, 3], data };
}
