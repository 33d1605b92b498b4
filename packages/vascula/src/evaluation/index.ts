export {
  type EvaluateHooks,
  type EvaluateOptions,
  type EvaluationSplit,
  evaluateRun,
  evaluationSplits,
  type RunEvaluation,
} from './evaluate.js';
export { writeComparison } from './pictures.js';
