export {
  type AssessedTile,
  type AssessmentRule,
  assessTile,
  BOUNDARY_TOLERANCE,
  type PredictedTile,
} from './assessed-tile.js';
export type { Assessment, AssessmentGroup, AssessmentRow } from './assessment.js';
export { Assessor } from './assessor.js';
export { type CrossedCutoff, crossedCutoff, type RankedTile } from './crossed-cutoff.js';
export { formatAssessment } from './format-assessment.js';
export {
  type HeadlineName,
  headlineLabels,
  headlineMetrics,
  headlineNames,
  type MaskHeadlineName,
  maskHeadlineNames,
  tileRocAuc,
} from './headlines.js';
export {
  type NeighbourDifference,
  type NeighbourSide,
  neighbourDifference,
} from './neighbour-difference.js';
