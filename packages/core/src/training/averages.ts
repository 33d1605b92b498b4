import {
  averageGraph,
  flatLength,
  type Graph,
  type Slice,
  type Target,
  type Tensor,
  type TrainingStep,
  unflatten,
} from '@vascula/autograd';
import type { Recipe } from './recipe.js';

/** State entries of the moving averages. */
export const averagedState = { weights: 'average/weights', statistics: 'average/statistics' };

/** A vector of the state that a moving average is kept of. */
export interface AveragedVector {
  readonly name: string;
  /** The state entry of the average, and its name in a checkpoint. */
  readonly average: string;
  readonly layout: readonly Slice[];
}

/**
 * The vectors that a recipe wants moving averages of. The running statistics of batch normalisation are among
 * them: those of the moment belong to the weights of the moment, and follow them at a pace of their own.
 */
export function averagedVectors(
  { ema }: Pick<Recipe, 'ema'>,
  { weights, statistics }: Pick<TrainingStep, 'weights' | 'statistics'>,
): readonly AveragedVector[] {
  if (ema === 0) return [];
  const vectors: readonly AveragedVector[] = [
    { name: 'weights', average: averagedState.weights, layout: weights },
    { name: 'statistics', average: averagedState.statistics, layout: statistics },
  ];
  return vectors.filter(({ layout }) => layout.length > 0);
}

/** A step of one of the averages; its scalar input is `share`. */
export function averagingGraph({ name, layout }: AveragedVector, target: Target): Graph {
  return averageGraph(name, flatLength(layout), target);
}

/**
 * How far the averages move towards the new weights at a step, counted from 1: 1 - ema, and more in the
 * beginning, since they start from random weights (as TensorFlow's ExponentialMovingAverage with num_updates).
 */
export function averageShare({ ema }: Pick<Recipe, 'ema'>, step: number): number {
  return 1 - Math.min(ema, (1 + step) / (10 + step));
}

/** The averages by the names of the parameters, from a checkpoint's tensors. */
export function averagedParameters(
  tensors: ReadonlyMap<string, Tensor>,
  vectors: readonly AveragedVector[],
): Map<string, Tensor> {
  return new Map(
    vectors.flatMap(({ average, layout }) => {
      const { data } = tensors.get(average) as Tensor;
      return [...unflatten(data as Float32Array, layout)];
    }),
  );
}
