import type { AugmentationSettings } from '../augmentation/index.js';
import type { Sampling } from './sampling.js';

/** Everything that decides how a network is trained; with the data and the seed it decides the result. */
export interface Recipe {
  readonly seed: number;
  readonly epochs: number;
  /** Squares in a batch. */
  readonly batch: number;
  /**
   * Squares run at once, a divisor of `batch`: fewer take less memory. Gradients are summed over the
   * batch, so they are the same; but batch normalisation sees this many squares only.
   */
  readonly microBatch: number;
  /** Side in pixels of the squares the network is fed in training. */
  readonly crop: number;
  /** Adam's learning rate in the first epoch. */
  readonly learningRate: number;
  /** What each epoch's learning rate is of the one before; 1 keeps it. */
  readonly learningRateDecay: number;
  /** Weight of the mean loss over negative pixels against that over positive ones. */
  readonly negativeWeight: number;
  /** Probability above which a pixel counts as vessel in the validation IoU. */
  readonly cutoff: number;
  readonly sampling: Sampling;
  readonly augmentation: AugmentationSettings;
}

/**
 * The learning rate of an epoch, counted from 1. It does not depend on how many epochs there are to be:
 * a run that is prolonged equals one that was meant to be longer from the start.
 */
export function learningRateAt(
  { learningRate, learningRateDecay }: Pick<Recipe, 'learningRate' | 'learningRateDecay'>,
  epoch: number,
): number {
  return learningRate * learningRateDecay ** (epoch - 1);
}
