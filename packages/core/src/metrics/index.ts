export { averagePrecision, FOUND_IOU, type InstanceOptions } from './average-precision.js';
export { type BoundaryDistances, boundaryDistances } from './boundary-distances.js';
export { type BoundaryScore, boundaryF } from './boundary-f.js';
export { cocoAveragePrecision, cocoThresholds } from './coco-average-precision.js';
export {
  type ComparedImage,
  compareInstances,
  type ImageInstances,
  pairwiseIou,
} from './compare-instances.js';
export { drawnAveragePrecision, drawnCocoAveragePrecision } from './drawn-average-precision.js';
export { drawnRocAuc, type RankedPixels, rankedPixels } from './drawn-roc-auc.js';
export {
  type Evaluation,
  type EvaluationGroup,
  type EvaluationRow,
  type ImageScore,
  summarise,
} from './evaluation.js';
export { formatEvaluation } from './format-evaluation.js';
export { hausdorffDistance } from './hausdorff-distance.js';
export { type InstanceScore, instanceScore } from './instance-score.js';
export { matchBestFree } from './match-best-free.js';
export { matchBestOverlap } from './match-best-overlap.js';
export {
  type MatchedImage,
  matchedCocoAveragePrecision,
  matchImage,
  outcomesOf,
} from './matched-image.js';
export type { Outcome, UnsureRule } from './outcome.js';
export {
  dice,
  type Found,
  iou,
  type Overlap,
  overlap,
  pool,
  precision,
  recall,
  threshold,
} from './overlap.js';
export { type PanopticQuality, panopticQuality } from './panoptic-quality.js';
export {
  addToRanking,
  type BoundedMetric,
  binOf,
  emptyRanking,
  type PixelRanking,
  pixelAveragePrecision,
  rocAuc,
} from './pixel-ranking.js';
export {
  addToReliability,
  emptyReliability,
  type PixelReliability,
  type ReliabilityPoint,
  type ReliabilitySummary,
  summariseReliability,
} from './pixel-reliability.js';
export { type PrecisionRecallPoint, precisionRecallCurve } from './precision-recall-curve.js';
export { rowIou } from './row-iou.js';
