import type { Program, Runtime, Tensor } from '@vascula/autograd';
import { type Model, sizeMultiple } from '../models/index.js';
import { croppedMap, imageTensor, type RgbPixels } from './image-tensor.js';
import { inferenceGraph, sizedInferenceGraph } from './inference-graph.js';

/** Gives the vessel probability of each pixel: float32, height * width, 0 to 1. */
export type Predictor = (image: RgbPixels) => Promise<Float32Array>;

/** Sizes that get a program of their own; a program costs some memory and is never let go. */
const mostSizes = 4;

/**
 * Loads a trained network for prediction on whole images of any size. Memory grows with the image:
 * the caller decides what is too large.
 *
 * The first sizes seen get the form that is fastest on this machine, further ones share a portable
 * program; the two agree to rounding (about 1e-6).
 */
export function createPredictor(runtime: Runtime, model: Model): Predictor {
  const multiple = sizeMultiple(model.spec);
  const sized = new Map<string, Promise<Program>>();
  let portable: Promise<Program> | undefined;
  const programFor = (height: number, width: number): Promise<Program> => {
    const size = `${height} x ${width}`;
    const known = sized.get(size);
    if (known !== undefined) return known;
    if (sized.size === mostSizes) {
      portable ??= runtime.load(inferenceGraph(model));
      return portable;
    }
    const graph = sizedInferenceGraph(model, { batch: 1, height, width }, runtime.target);
    const program = runtime.load(graph);
    sized.set(size, program);
    return program;
  };
  return async (image) => {
    const tensor = imageTensor(image, multiple);
    const [, , height, width] = tensor.shape as [number, number, number, number];
    const program = await programFor(height, width);
    const { probability } = await program.run({ image: tensor });
    return croppedMap((probability as Tensor).data as Float32Array, width, image);
  };
}
