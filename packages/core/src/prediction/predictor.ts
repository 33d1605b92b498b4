import type { Runtime, Tensor } from '@vascula/autograd';
import { type Model, sizeMultiple } from '../models/index.js';
import { croppedMap, imageTensor, type RgbPixels } from './image-tensor.js';
import { inferenceGraph } from './inference-graph.js';

/** Gives the vessel probability of each pixel: float32, height * width, 0 to 1. */
export type Predictor = (image: RgbPixels) => Promise<Float32Array>;

/**
 * Loads a trained network for prediction on whole images of any size. Memory grows with the image:
 * the caller decides what is too large.
 */
export async function createPredictor(runtime: Runtime, model: Model): Promise<Predictor> {
  const program = await runtime.load(inferenceGraph(model));
  const multiple = sizeMultiple(model.spec);
  return async (image) => {
    const tensor = imageTensor(image, multiple);
    const { probability } = await program.run({ image: tensor });
    const stride = tensor.shape[3] as number;
    return croppedMap((probability as Tensor).data as Float32Array, stride, image);
  };
}
