import type { InstanceRule } from '@vascula/core';
import { objectiveNames } from './objective-names.js';
import type { UsedRule } from './used-rules.js';

/** A rule in a few words: `cutoffs 0.4 and 0.8, weaker ones from 0.2, at least 32 px`. */
export function describeRule(rule: InstanceRule): string {
  const { low, high, weak, splitProminence, calibration } = rule;
  return [
    low === high ? `cutoff ${low}` : `cutoffs ${low} and ${high}`,
    rule.connectivity === 4 && '4 neighbours',
    rule.maximumHoleArea > 0 && `holes up to ${rule.maximumHoleArea} px filled`,
    weak !== null && `weaker ones from ${weak}`,
    splitProminence !== null && `split at necks of ${splitProminence} px`,
    rule.minimumArea > 0 && `at least ${rule.minimumArea} px`,
    rule.maximumGlomerulusShare < 1 && `at most ${rule.maximumGlomerulusShare} inside glomeruli`,
    rule.dilation > 0 && `dilated by ${rule.dilation} px`,
    rule.sizeScale > 0 && `confidence by size, scale ${rule.sizeScale} px`,
    calibration !== null && 'confidence calibrated',
  ]
    .filter((part) => part !== false)
    .join(', ');
}

/** A rule in use, with where it is from. */
export function describeUsedRule({
  origin,
  path,
  chosen,
  replaced,
  rule,
  bySlide,
}: UsedRule): string {
  const from =
    chosen !== undefined
      ? `chosen by ${objectiveNames[chosen.by]} on ${chosen.tiles} validation tile${chosen.tiles === 1 ? '' : 's'}`
      : origin === 'file'
        ? `of ${path}`
        : "the notebook's";
  const flags = Object.keys(replaced);
  const but = flags.length === 0 ? '' : ` but for ${flags.join(', ')}`;
  const slides = bySlide.map(({ dataset, source }) => `${dataset}/${source}`).join(', ');
  const own = bySlide.length === 0 ? '' : `; rules of their own for ${slides}`;
  return `${from}${but}: ${describeRule(rule)}${own}`;
}
