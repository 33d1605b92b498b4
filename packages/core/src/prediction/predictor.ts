import type { Runtime, Tensor } from '@vascula/autograd';
import { type Model, sizeMultiple } from '../models/index.js';
import { croppedMap, imageTensor, type RgbPixels } from './image-tensor.js';
import { inferenceGraph, sizedInferenceGraph } from './inference-graph.js';
import { programsBySize } from './programs-by-size.js';

/** Gives the vessel probability of each pixel: float32, height * width, 0 to 1. */
export type Predictor = (image: RgbPixels) => Promise<Float32Array>;

/**
 * Loads a trained network for prediction on whole images of any size. Memory grows with the image:
 * the caller decides what is too large.
 *
 * The first sizes seen get the form that is fastest on this machine, further ones share a portable
 * program; the two agree to rounding (about 1e-6).
 */
export function createPredictor(runtime: Runtime, model: Model): Predictor {
  const multiple = sizeMultiple(model.spec);
  const programFor = programsBySize(
    (graph) => runtime.load(graph),
    (size) => sizedInferenceGraph(model, { batch: 1, ...size }, runtime.target),
    () => inferenceGraph(model),
  );
  return async (image) => {
    const tensor = imageTensor(image, multiple);
    const [, , height, width] = tensor.shape as [number, number, number, number];
    const program = await programFor({ width, height });
    const { probability } = await program.run({ image: tensor });
    return croppedMap((probability as Tensor).data as Float32Array, width, image);
  };
}
