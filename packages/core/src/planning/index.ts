export { type Choice, choice } from './choice.js';
export {
  chooseDuplicates,
  chooseForegroundShare,
  chooseParts,
  chooseSplit,
  type PartProbabilities,
} from './choose-data.js';
export { chooseLength, chooseWarmUp, type StepTiming, stepsPerEpoch } from './choose-length.js';
export { chooseMethod } from './choose-method.js';
export { chooseSizes, type MemoryLimits, type PlannedSizes } from './choose-sizes.js';
export { chooseCrop, chooseDepth, chooseLocalContrast } from './choose-structure.js';
export {
  type Fingerprint,
  type FingerprintTile,
  fingerprintOf,
  type Spread,
} from './fingerprint.js';
export {
  completePlan,
  designTraining,
  type PlanChoices,
  type TrainingDesign,
} from './plan-training.js';
export { measureVessels, type VesselMeasurements } from './vessel-measurements.js';
