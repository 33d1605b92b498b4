export { type CheckReport, type CheckSummary, checkDataset, checkIndexed } from './check.js';
export { type Finding, FindingList } from './findings.js';
export type { Watch } from './images.js';
export { describePairs, type ListedPair, listPairs, type PairsSummary } from './pairs.js';
export { describeReport } from './report.js';
export type { DatasetSummary, GroupCount } from './summary.js';
