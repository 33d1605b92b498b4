export {
  type Evaluation,
  type EvaluationGroup,
  type EvaluationRow,
  type ImageScore,
  summarise,
} from './evaluation.js';
export { formatEvaluation } from './format-evaluation.js';
export { dice, iou, type Overlap, overlap, pool, precision, recall, threshold } from './overlap.js';
export { rowIou } from './row-iou.js';
