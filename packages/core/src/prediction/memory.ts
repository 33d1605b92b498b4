import { elementCount, liveBytes, type Target } from '@vascula/autograd';
import { type Model, sizeMultiple } from '../models/index.js';
import { roundUp } from './image-tensor.js';
import { sizedInferenceGraph } from './inference-graph.js';

// Measured on Linux, on U-Nets and FCNs of 8 to 64 channels and sizes of 512 to 3072: 1.4 to 2.4.
/** What the engine's allocator takes at most for each byte that is in use at a graph's busiest moment. */
const allocatorFactor = 2.5;

/**
 * Estimate of the bytes that predicting an image of a size takes in the engine, on a processor, and that it keeps
 * for the next of that size. It errs on the high side. The image itself and its map are not counted.
 */
export function predictionBytes(
  model: Model,
  { width, height }: { readonly width: number; readonly height: number },
  target: Target,
): number {
  const multiple = sizeMultiple(model.spec);
  const size = { batch: 1, height: roundUp(height, multiple), width: roundUp(width, multiple) };
  const graph = sizedInferenceGraph(model, size, target);
  // The image as numbers and the probability, here and on the engine's side.
  const fed = 2 * 4 * 4 * size.height * size.width;
  const weights = 4 * model.parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  // Batch norm folded, in the file the session is made of, and in the order its convolutions like.
  return allocatorFactor * liveBytes(graph) + fed + 3 * weights;
}
