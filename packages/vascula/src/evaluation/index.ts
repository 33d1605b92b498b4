export {
  type EvaluateOptions,
  type EvaluationSplit,
  evaluateRun,
  evaluationSplits,
  type RunEvaluation,
} from './evaluate.js';
