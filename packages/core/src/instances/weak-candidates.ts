import { type Connectivity, selectComponents } from '../geometry/index.js';
import { threshold } from '../metrics/index.js';

/**
 * Weaker candidates: the components above a weak cutoff that hold nothing of what is found already.
 *
 * A candidate ranked below all detections never lowers average precision over all points. The ranking
 * down to the last detection is as it was, so that the curve's points so far keep their recall and
 * precision. Candidates add points of the same or higher recall, and the envelope takes at each recall
 * the greatest precision there or beyond: it stays or rises. Average precision is the envelope's sum
 * over the true positives, in units of 1 / truths; more of them add terms that are not negative. A
 * hard cutoff gives those terms away.
 *
 * The argument wants the detections themselves unchanged. A lower cutoff for everything also makes
 * them grow and merge; candidates beside them leave them as they are. Where what is found is all that
 * is above one cutoff, every candidate ranks below it by mean probability: its pixels are none of them
 * above that cutoff, and the others all are. A term of size or two cutoffs can mix the ranking.
 *
 * @param probability height*width, row-major, 0 to 1
 * @param found height*width, 0 and 1
 * @returns height*width, 0 and 1: the candidates only
 * @throws RangeError a map of another length
 */
export function weakCandidates(
  probability: Float32Array,
  width: number,
  height: number,
  weak: number,
  found: Uint8Array,
  connectivity: Connectivity,
): Uint8Array {
  const mask = threshold(probability, weak);
  return selectComponents(mask, found, false, width, height, connectivity);
}
