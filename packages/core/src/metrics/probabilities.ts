import { requireSameLength } from './overlap.js';

/** @throws RangeError a map of another length than the truth, or a value that is not from 0 to 1 */
export function requireProbabilities(probability: Float32Array, truth: Uint8Array): void {
  requireSameLength(truth, probability);
  for (let at = 0; at < probability.length; at++)
    if (!(probability[at] >= 0 && probability[at] <= 1))
      throw new RangeError(`probability ${probability[at]} of pixel ${at}; expected 0 to 1`);
}
