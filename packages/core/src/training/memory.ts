import { elementCount, type Graph, liveBytes, sharedParts, type Target } from '@vascula/autograd';
import { emptyParameters } from '../models/index.js';
import { paddedSize, type TrainingSetup, trainingGraphs } from './graphs.js';

// Measured on Linux; docs/performance.md compares estimates with what runs took.

/** The process itself, its libraries, the workers that prepare batches. */
const processBytes = 200 * 2 ** 20;

/** What the engine's allocator takes for each byte that is in use at a graph's busiest moment. */
const allocatorFactor = 1.85;

/**
 * What is held for each byte of weights: weights, gradient and the optimiser's two; copies of three of them
 * on their way to a checkpoint, once more as the tensors of its file, and as the file.
 */
const weightsFactor = 14;

/** A moving average of the weights is held, and goes the same way. */
const averageFactor = 4;

/**
 * Estimate of the bytes a process holds at most while it trains on a processor and evaluates at the end,
 * within a fifth. The engine keeps what each graph took at its busiest moment; of tiles of several sizes the
 * largest is reckoned with.
 */
export function trainingBytes(setup: TrainingSetup, target: Target): number {
  const { model, step, optimiser, validation } = trainingGraphs(setup, emptyParameters, target);
  // Those that are frozen lie in each session, in the file's graph and in the copies made of it: as many.
  const weights = 4 * model.parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  // Where memory is shared, parameters and gradients are parts of vectors, updated piece by piece.
  const ownBytes = target.sharesMemory
    ? liveBytes(sharedParts(step.graph).graph)
    : liveBytes(step.graph) + liveBytes(step.update as Graph);
  const graphs =
    ownBytes +
    // Tiles are validated while training, and once more with the best weights afterwards.
    2 * liveBytes(validation(paddedSize(setup.tileSize, setup.spec)));
  const vectors =
    weightsFactor + (setup.recipe.ema ? averageFactor : 0) + (optimiser.constants?.length ?? 0);
  return processBytes + allocatorFactor * graphs + vectors * weights;
}
