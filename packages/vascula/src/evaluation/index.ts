export { crossedCutoffSentences } from './crossed-cutoff-words.js';
export { describeEvaluation } from './describe.js';
export { describeFolds, foldNotes } from './describe-folds.js';
export {
  type EvaluateHooks,
  type EvaluateOptions,
  type EvaluationSplit,
  evaluateRun,
  evaluationSplits,
  type RunEvaluation,
} from './evaluate.js';
export {
  type EvaluateFoldsHooks,
  type EvaluateFoldsOptions,
  evaluateFolds,
  type FoldEvaluation,
  type FoldsEvaluation,
  foldScoreLabels,
  foldScoreNames,
  type WithRuntime,
} from './evaluate-folds.js';
export { neighbourSentences, neighbourWarning } from './neighbour-words.js';
export { writeComparison } from './pictures.js';
