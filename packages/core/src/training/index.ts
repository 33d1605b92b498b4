export { copiesOf, copiesPerTile, type Draw, drawPlacement, epochBatches } from './draws.js';
export type { TrainingSetup } from './graphs.js';
export { trainingBytes } from './memory.js';
export { learningRateAt, type Recipe } from './recipe.js';
export { type NonFinite, type TileValidation, Trainer, type TrainerOptions } from './trainer.js';
