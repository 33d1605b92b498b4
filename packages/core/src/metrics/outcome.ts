import type { ComparedImage } from './compare-instances.js';

/** What a detection is, by a rule of matching; one that is ignored counts neither for nor against. */
export type Outcome = 'true positive' | 'false positive' | 'ignored';

/**
 * What to make of regions that the experts could not call: nothing special, so that finding one is a
 * false positive, or a place where a detection is ignored.
 */
export type UnsureRule = 'background' | 'ignored';

/** Indices of an image's detections, most confident first; of equally confident ones the first given. */
export function byConfidence({ confidences }: ComparedImage): number[] {
  return Array.from(confidences.keys()).sort((a, b) => confidences[b] - confidences[a] || a - b);
}

export function checkThreshold(threshold: number): void {
  if (!(threshold > 0 && threshold <= 1))
    throw new RangeError(`IoU threshold ${threshold}; expected more than 0, and at most 1`);
}
