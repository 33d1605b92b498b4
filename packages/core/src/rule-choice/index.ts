export { LEAST_OF_SLIDE, type SlideChoice, type SlideRule } from './choose-by-slide.js';
export {
  type ChoiceHooks,
  type ChoiceRequest,
  type CutoffScore,
  chooseRule,
  type KeptValues,
  keptValues,
  type OutOfFold,
  type RuleChoice,
} from './choose-rule.js';
export { tileFolds } from './folds.js';
export {
  type Objective,
  objectives,
  type RuleScores,
  ruleScores,
  type TileOutcome,
} from './objective.js';
export type { Gain } from './out-of-fold.js';
export {
  type RuleOutcome,
  type RuleTruth,
  ruleOutcome,
  ruleTruth,
} from './rule-outcome.js';
export type { MeasureRules, RuleTile } from './rule-tile.js';
export { allVariations, cutoffVariation, type RuleVariation } from './rule-values.js';
export { LEAST_GAIN, type RuleSearch, type SearchStep, searchRule } from './search-rule.js';
