export { describeEvaluation } from './describe.js';
export {
  type EvaluateHooks,
  type EvaluateOptions,
  type EvaluationSplit,
  evaluateRun,
  evaluationSplits,
  type RunEvaluation,
} from './evaluate.js';
export { neighbourSentences, neighbourWarning } from './neighbour-words.js';
export { writeComparison } from './pictures.js';
