export { deepSupervisionFault } from './deep-supervision.js';
export { copiesOf, copiesPerTile, type Draw, drawPlacement, epochBatches } from './draws.js';
export type { ImageExtent, TrainingSetup } from './graphs.js';
export { trainingBytes } from './memory.js';
export {
  type Keep,
  keeps,
  type LossName,
  lossNames,
  type Method,
  methodDefaults,
  type OptimiserName,
  optimiserNames,
  type Recipe,
} from './recipe.js';
export { balances, evenSampling, type Sampling } from './sampling.js';
export {
  fixesEpochs,
  learningRateAt,
  type ScheduleName,
  type ScheduleSettings,
  scheduleNames,
} from './schedule.js';
export { type NonFinite, type TileValidation, Trainer, type TrainerOptions } from './trainer.js';
