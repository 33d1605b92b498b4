export { sizeClasses } from './by-size.js';
export { describeNotices, describeSummary } from './describe.js';
export { drawnMetrics, type MetricName, metricLabels, metricNames } from './metrics.js';
export { hostOptions, type ScoreOptions } from './options.js';
export { type SubmissionScore, scoreSubmission } from './score-submission.js';
export { type ScoredTile, scoreDetections } from './scored-tile.js';
export { type InstanceSummary, summariseInstances } from './summary.js';
export { type TileTruth, tileTruth } from './truth.js';
