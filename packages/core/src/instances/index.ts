export { type Calibration, calibrate, fitCalibration } from './calibration.js';
export { countedInstances, countedProbability } from './counted.js';
export { detectInstances } from './detect-instances.js';
export { dilateInstances } from './dilate-instances.js';
export {
  type ClaimedInstance,
  claimInstances,
  claimName,
  findInstances,
  finishInstances,
  type InstanceContext,
} from './find-instances.js';
export { hysteresisThreshold } from './hysteresis-threshold.js';
export { insideShare } from './inside-share.js';
export type { Detection, Instance } from './instance.js';
export { instanceIou } from './instance-iou.js';
export { instanceOfRle } from './instance-of-rle.js';
export {
  checkInstanceRule,
  type InstanceRule,
  notebookRule,
  type RuleFault,
  ruleFault,
} from './instance-rule.js';
export { instancesOfMask } from './instances-of-mask.js';
export { instancesOfOutlines } from './instances-of-outlines.js';
export { type IsotonicBlock, isotonicRegression } from './isotonic-regression.js';
export { splitInstance } from './split-instance.js';
export { suppressDuplicates } from './suppress-duplicates.js';
export { unionMask } from './union-mask.js';
export { weakCandidates } from './weak-candidates.js';
