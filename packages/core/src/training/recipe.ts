import type { AugmentationSettings } from '../augmentation/index.js';
import type { Sampling } from './sampling.js';
import type { ScheduleName } from './schedule.js';

export const lossNames = ['balanced', 'dice-bce', 'focal', 'tversky'] as const;
export type LossName = (typeof lossNames)[number];

export const keeps = ['best', 'last'] as const;
export type Keep = (typeof keeps)[number];

export const optimiserNames = ['adam', 'adamw'] as const;
export type OptimiserName = (typeof optimiserNames)[number];

/** Everything that decides how a network is trained; with the data and the seed it decides the result. */
export interface Recipe extends Method {
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
  /** The learning rate in the first epoch, once it is warm. */
  readonly learningRate: number;
  /** What each epoch's learning rate is of the one before in the schedule `exponential`; 1 keeps it. */
  readonly learningRateDecay: number;
  /** In the loss `balanced`: weight of the mean loss over negative pixels against that over positive ones. */
  readonly negativeWeight: number;
  /** Probability above which a pixel counts as vessel in the validation IoU. */
  readonly cutoff: number;
  readonly sampling: Sampling;
  readonly augmentation: AugmentationSettings;
}

/** The parts of a recipe that have a default; docs/recipes.md has their formulas and sources. */
export interface Method {
  readonly loss: LossName;
  /** How much less the loss `focal` counts pixels that are surely right, from 0. */
  readonly focalGamma: number;
  /** Weight of vessel pixels in the loss `focal`, 0 to 1; the others have the rest. */
  readonly focalAlpha: number;
  /** Weights of false positives and of false negatives in the loss `tversky`. */
  readonly tverskyAlpha: number;
  readonly tverskyBeta: number;
  readonly optimiser: OptimiserName;
  /** Share of itself that a kernel loses at each step of `adamw`, times the learning rate. */
  readonly weightDecay: number;
  readonly schedule: ScheduleName;
  /** First steps, over which the learning rate rises evenly to its full size. */
  readonly warmUp: number;
  /** Decay of the moving average of the weights that is validated and handed out; 0 is none. */
  readonly ema: number;
  /** Whether the decoder's coarser levels are held against the truth too (`unet` only). */
  readonly deepSupervision: boolean;
  /**
   * Which weights are handed out: those of the epoch with the lowest validation loss, or the last. Where the
   * score on the validation tiles is to be reported, as in a cross-validation, they must choose nothing: `last`.
   */
  readonly keep: Keep;
}

/** What training was before these could be chosen. */
export const methodDefaults: Method = {
  loss: 'balanced',
  focalGamma: 2,
  focalAlpha: 0.25,
  tverskyAlpha: 0.3,
  tverskyBeta: 0.7,
  optimiser: 'adam',
  weightDecay: 0.01,
  schedule: 'exponential',
  warmUp: 0,
  ema: 0,
  deepSupervision: false,
  keep: 'best',
};
