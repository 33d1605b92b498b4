import type { UnsureRule } from '@vascula/core';

/** How vessels are matched and counted. Plain JSON. */
export interface ScoreOptions {
  /** IoU at which a vessel is found, above 0, to 1. */
  readonly iou: number;
  /** Least confidence of what counts for everything but average precision; null counts all. */
  readonly minimumConfidence: number | null;
  /** What is found in places that the experts could not call: a false positive, or ignored. */
  readonly unsure: UnsureRule;
  /**
   * What is found in a glomerulus: `counted`, as the competition does, where vessels within were not
   * outlined; `ignored` leaves out what lies with more than half of its pixels inside and with no
   * vessel has an IoU of 0.5.
   */
  readonly glomeruli: 'counted' | 'ignored';
  /** Tiles without a vessel: what is found there is wrong, or the tiles are left out. */
  readonly emptyTiles: 'counted' | 'left out';
}

/** The competition's, where it says; where it does not, what counts everything. */
export const hostOptions: ScoreOptions = {
  iou: 0.6,
  minimumConfidence: null,
  unsure: 'background',
  glomeruli: 'counted',
  emptyTiles: 'counted',
};
