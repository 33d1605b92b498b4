/** Everything that decides how a network is trained; with the data and the seed it decides the result. */
export interface Recipe {
  readonly seed: number;
  readonly epochs: number;
  /** Squares in a batch. */
  readonly batch: number;
  /** Side in pixels of the squares the network is fed in training. */
  readonly crop: number;
  /** Adam's learning rate. */
  readonly learningRate: number;
  /** Weight of the mean loss over negative pixels against that over positive ones. */
  readonly negativeWeight: number;
  /** Probability above which a pixel counts as vessel in the validation IoU. */
  readonly cutoff: number;
}
