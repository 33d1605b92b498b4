import { keeps, lossNames, methodDefaults, optimiserNames, scheduleNames } from '@vascula/core';
import { z } from 'zod';
import { augmentationSchema, samplingSchema } from './augmentation-schema.js';

const size = z.number().int().positive();
const defaults = methodDefaults;

/** The recipe in `config.json`. What runs made before it could be chosen lack has the default they had. */
export const recipeSchema = z.strictObject({
  seed: z.number().int(),
  epochs: size,
  batch: size,
  microBatch: size,
  crop: size,
  learningRate: z.number().positive(),
  learningRateDecay: z.number().gt(0).lte(1),
  negativeWeight: z.number().min(0),
  cutoff: z.number().min(0).max(1),
  loss: z.enum(lossNames).default(defaults.loss),
  focalGamma: z.number().min(0).default(defaults.focalGamma),
  focalAlpha: z.number().min(0).max(1).default(defaults.focalAlpha),
  tverskyAlpha: z.number().min(0).default(defaults.tverskyAlpha),
  tverskyBeta: z.number().min(0).default(defaults.tverskyBeta),
  optimiser: z.enum(optimiserNames).default(defaults.optimiser),
  weightDecay: z.number().min(0).default(defaults.weightDecay),
  schedule: z.enum(scheduleNames).default(defaults.schedule),
  warmUp: z.number().int().min(0).default(defaults.warmUp),
  ema: z.number().min(0).lt(1).default(defaults.ema),
  deepSupervision: z.boolean().default(defaults.deepSupervision),
  keep: z.enum(keeps).default(defaults.keep),
  sampling: samplingSchema,
  augmentation: augmentationSchema,
});
