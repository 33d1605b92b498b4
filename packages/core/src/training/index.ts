export { copiesPerTile, type Draw, drawPlacement, epochBatches } from './draws.js';
export { learningRateAt, type Recipe } from './recipe.js';
export { type TileValidation, Trainer, type TrainerOptions } from './trainer.js';
