export {
  type CalibrateHooks,
  type CalibrateRequest,
  type CalibrateResult,
  calibrateRun,
  type RunCalibration,
} from './calibrate-run.js';
export { describeChoice } from './choice-words.js';
export { calibrationNotices } from './notices.js';
