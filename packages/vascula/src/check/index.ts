export { type CheckReport, type CheckSummary, checkDataset } from './check.js';
export type { Finding } from './findings.js';
export type { Watch } from './images.js';
export { describeReport } from './report.js';
export type { DatasetSummary, GroupCount } from './summary.js';
