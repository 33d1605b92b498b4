import { connectedComponents, fillHoles } from '../geometry/index.js';
import { instanceConfidence, meanProbability } from './confidence.js';
import { dilateInstances } from './dilate-instances.js';
import { hysteresisThreshold } from './hysteresis-threshold.js';
import { insideShare } from './inside-share.js';
import { type Detection, type Instance, labelledInstances } from './instance.js';
import { checkInstanceRule, type InstanceRule } from './instance-rule.js';
import { splitInstance } from './split-instance.js';
import { weakCandidates } from './weak-candidates.js';

/** What a rule may need to know of an image besides its probability. */
export interface InstanceContext {
  /** height*width, 0 and 1; needed where the rule removes what lies in them. */
  readonly glomeruli?: Uint8Array | undefined;
}

/**
 * The instances of a probability map by a rule: cutoffs, holes, weak candidates, components, split
 * (`claimInstances`), removal, dilation (`finishInstances`), in this order. Areas, shares and confidences
 * are those before dilation, which moves outlines and must not move the ranking.
 *
 * Instances share no pixel. They come in the order of the labels of `connectedComponents`, the parts
 * of a split one in raster order of their peaks; not by confidence.
 *
 * To encode one for a submission: `encodeRle(detection.mask, width, height, detection.box)`.
 *
 * @param probability height*width, row-major, 0 to 1; NaN is no vessel
 * @throws RangeError a rule that makes no sense, a map of another length, glomeruli missing or of
 *   another length
 */
export function findInstances(
  probability: Float32Array,
  width: number,
  height: number,
  rule: InstanceRule,
  context: InstanceContext = {},
): Detection[] {
  const claimed = claimInstances(probability, width, height, rule);
  return finishInstances(claimed, width, height, rule, context);
}

/** An instance that a map shows, before any is removed or dilated. */
export interface ClaimedInstance extends Instance {
  /** Mean probability of its pixels above a cutoff. */
  readonly mean: number;
}

/**
 * The first half of `findInstances`: all that is made of the map itself.
 *
 * @throws RangeError as `findInstances`
 */
export function claimInstances(
  probability: Float32Array,
  width: number,
  height: number,
  rule: InstanceRule,
): ClaimedInstance[] {
  checkInstanceRule(rule);
  const { evidence, mask } = claimedPixels(probability, width, height, rule);
  return separated(mask, width, height, rule).map((instance) => ({
    ...instance,
    mean: meanProbability(instance, probability, evidence, width),
  }));
}

/** What rules have in common that claim the same of a map. */
export function claimName(rule: InstanceRule): string {
  const { connectivity, low, high, maximumHoleArea, weak, splitProminence } = rule;
  return [connectivity, low, high, maximumHoleArea, weak, splitProminence].join();
}

/**
 * The second half of `findInstances`, cheap and without the map.
 *
 * @param claimed by this rule, or another of the same `claimName`
 * @throws RangeError as `findInstances`
 */
export function finishInstances(
  claimed: readonly ClaimedInstance[],
  width: number,
  height: number,
  rule: InstanceRule,
  { glomeruli }: InstanceContext = {},
): Detection[] {
  checkInstanceRule(rule);
  const large = claimed.filter(({ area }) => area >= rule.minimumArea);
  const kept = withoutGlomeruli(large, width, height, rule, glomeruli);
  const final = rule.dilation === 0 ? kept : dilateInstances(kept, width, height, rule.dilation);
  return final.map(({ box, mask, area }, k) => ({
    box,
    mask,
    area,
    confidence: instanceConfidence(kept[k].mean, kept[k].area, rule),
  }));
}

/** The pixels above the cutoffs, and those with the holes that are filled. */
function claimedPixels(
  probability: Float32Array,
  width: number,
  height: number,
  { connectivity, low, high, maximumHoleArea, weak }: InstanceRule,
): { evidence: Uint8Array; mask: Uint8Array } {
  const evidence = hysteresisThreshold(probability, width, height, low, high, connectivity);
  const mask =
    maximumHoleArea === 0
      ? evidence
      : fillHoles(evidence, width, height, connectivity, maximumHoleArea);
  if (weak !== null) {
    const candidates = weakCandidates(probability, width, height, weak, mask, connectivity);
    for (let at = 0; at < mask.length; at++) {
      evidence[at] |= candidates[at];
      mask[at] |= candidates[at];
    }
  }
  return { evidence, mask };
}

/** The components of a mask, or their parts. */
function separated(
  mask: Uint8Array,
  width: number,
  height: number,
  { connectivity, splitProminence }: InstanceRule,
): Instance[] {
  const { labels, components } = connectedComponents(mask, width, height, connectivity);
  const whole = labelledInstances(labels, width, components);
  if (splitProminence === null) return whole;
  return whole.flatMap((instance) =>
    splitInstance(instance, width, height, splitProminence, connectivity),
  );
}

function withoutGlomeruli<T extends Instance>(
  instances: readonly T[],
  width: number,
  height: number,
  { maximumGlomerulusShare }: InstanceRule,
  glomeruli: Uint8Array | undefined,
): readonly T[] {
  if (maximumGlomerulusShare === 1) return instances;
  if (glomeruli?.length !== width * height)
    throw new RangeError(
      `the rule removes instances in glomeruli; expected a mask of width ${width} x height ${height} = ${width * height} pixels, got ${glomeruli === undefined ? 'none' : glomeruli.length}`,
    );
  return instances.filter(
    (instance) => insideShare(instance, glomeruli, width) <= maximumGlomerulusShare,
  );
}
