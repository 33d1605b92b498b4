export { describeRule, describeUsedRule } from './describe-rule.js';
export { type Detector, type ImageFacts, openDetector } from './detector.js';
export { objectiveNames } from './objective-names.js';
export type { RuleOverrides } from './rule-overrides.js';
export { type RuleRequest, type UsedRule, type UsedRules, usedRules } from './used-rules.js';
