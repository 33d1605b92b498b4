export { makePlan } from './make-plan.js';
export { type MeasureHooks, measureDataset } from './measure-dataset.js';
export { type Plan, readPlan } from './plan-schema.js';
export { planText } from './plan-text.js';
export { plannedPreset } from './planned-preset.js';
export { requireSameData } from './require-same-data.js';
