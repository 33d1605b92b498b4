import { connectedComponents, fillHoles } from '../geometry/index.js';
import { instanceConfidence } from './confidence.js';
import { dilateInstances } from './dilate-instances.js';
import { hysteresisThreshold } from './hysteresis-threshold.js';
import { insideShare } from './inside-share.js';
import { type Detection, type Instance, labelledInstances } from './instance.js';
import { checkInstanceRule, type InstanceRule } from './instance-rule.js';
import { splitInstance } from './split-instance.js';
import { weakCandidates } from './weak-candidates.js';

/**
 * The instances of a probability map by a rule: cutoffs, holes, weak candidates, components, split,
 * removal, dilation, in this order. Areas, shares and confidences are those before dilation, which
 * moves outlines and must not move the ranking.
 *
 * Instances share no pixel. They come in the order of the labels of `connectedComponents`, the parts
 * of a split one in raster order of their peaks; not by confidence.
 *
 * To encode one for a submission: `encodeRle(detection.mask, width, height, detection.box)`.
 *
 * @param probability height*width, row-major, 0 to 1; NaN is no vessel
 * @param context.glomeruli height*width, 0 and 1; needed where the rule removes what lies in them
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
  return instanceFinder(probability, width, height, context)(rule);
}

/** What a rule may need to know of an image besides its probability. */
export interface InstanceContext {
  readonly glomeruli?: Uint8Array | undefined;
}

/**
 * `findInstances` for several rules on one map: cutoffs, components and parts that rules have in common
 * are computed once, and kept as long as the finder is.
 *
 * @throws RangeError as `findInstances`, when a rule is given
 */
export function instanceFinder(
  probability: Float32Array,
  width: number,
  height: number,
  context: InstanceContext = {},
): (rule: InstanceRule) => Detection[] {
  const claims = remembered(namePixels, (rule) => claimedPixels(probability, width, height, rule));
  const parts = remembered(nameParts, (rule) => separated(claims(rule).mask, width, height, rule));
  return (rule) => {
    checkInstanceRule(rule);
    const { evidence } = claims(rule);
    const claimed = parts(rule).filter(({ area }) => area >= rule.minimumArea);
    const kept = withoutGlomeruli(claimed, width, height, rule, context.glomeruli);
    const final = rule.dilation === 0 ? kept : dilateInstances(kept, width, height, rule.dilation);
    return final.map((instance, k) => ({
      ...instance,
      confidence: instanceConfidence(kept[k], probability, evidence, width, rule),
    }));
  };
}

/** What rules have in common that claim the same pixels … */
function namePixels({ connectivity, low, high, maximumHoleArea, weak }: InstanceRule): string {
  return [connectivity, low, high, maximumHoleArea, weak].join();
}

/** … and that divide them the same way. */
function nameParts(rule: InstanceRule): string {
  return `${namePixels(rule)},${rule.splitProminence}`;
}

function remembered<T>(
  nameOf: (rule: InstanceRule) => string,
  make: (rule: InstanceRule) => T,
): (rule: InstanceRule) => T {
  const known = new Map<string, T>();
  return (rule) => {
    const name = nameOf(rule);
    const value = known.get(name) ?? make(rule);
    known.set(name, value);
    return value;
  };
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

function withoutGlomeruli(
  instances: readonly Instance[],
  width: number,
  height: number,
  { maximumGlomerulusShare }: InstanceRule,
  glomeruli: Uint8Array | undefined,
): readonly Instance[] {
  if (maximumGlomerulusShare === 1) return instances;
  if (glomeruli?.length !== width * height)
    throw new RangeError(
      `the rule removes instances in glomeruli; expected a mask of width ${width} x height ${height} = ${width * height} pixels, got ${glomeruli === undefined ? 'none' : glomeruli.length}`,
    );
  return instances.filter(
    (instance) => insideShare(instance, glomeruli, width) <= maximumGlomerulusShare,
  );
}
