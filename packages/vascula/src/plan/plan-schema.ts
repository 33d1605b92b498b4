import { devices } from '@vascula/autograd/node';
import {
  augmentationPresets,
  balances,
  contrastSideRule,
  isContrastSide,
  keeps,
  lossNames,
  optimiserNames,
  plainParts,
  scheduleNames,
  strengthParts,
} from '@vascula/core';
import { z } from 'zod';
import { dataSchema, duplicateRules, microBatchFault, readJson } from '../run/index.js';

const share = z.number().min(0).max(1);
const count = z.number().int().min(0);
const size = z.number().int().positive();
const length = z.number().min(0);
const extent = z.strictObject({ width: size, height: size });
const spread = z.strictObject({ low: length, median: length, high: length });

/** A setting with its reason, which may be anything: it is for people. */
const chosen = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({ value, reason: z.string() });

const names = <Name extends string>(of: Readonly<Record<Name, unknown>>) =>
  z.enum(Object.keys(of) as [Name, ...Name[]]);

const fingerprintSchema = z.strictObject({
  images: size,
  slides: size,
  groupSizes: z.strictObject({ least: size, most: size }),
  placed: z.boolean(),
  duplicates: count,
  smallest: extent,
  largest: extent,
  pixels: size,
  ignoredShare: share,
  vesselShare: share,
  imagesWithoutVessel: count,
  vessels: count,
  vesselArea: spread,
  vesselWidth: spread,
  widest: length,
  colour: z.strictObject({
    densityRed: length,
    densityGreen: length,
    densityBlue: length,
    clearShare: share,
    variation: length,
  }),
});

/** Ranges are those of the flags of `vascula train`, whose names these are. */
const choicesSchema = z
  .strictObject({
    model: chosen(z.literal('unet')),
    base: chosen(size.max(1024)),
    depth: chosen(z.number().int().min(2).max(8)),
    kernel: chosen(
      z
        .number()
        .int()
        .min(1)
        .max(15)
        .refine((side) => side % 2 === 1, 'an odd number'),
    ),
    convolutions: chosen(size.max(8)),
    /** 0 for none, which plans from before it mean. */
    localContrast: chosen(z.number().refine(isContrastSide, contrastSideRule)).default({
      value: 0,
      reason: 'not in this plan',
    }),
    crop: chosen(size.max(8192)),
    batch: chosen(size.max(1024)),
    microBatch: chosen(size.max(1024)),
    epochs: chosen(size),
    learningRate: chosen(z.number().positive()),
    schedule: chosen(z.enum(scheduleNames)),
    warmUp: chosen(count),
    optimiser: chosen(z.enum(optimiserNames)),
    ema: chosen(z.number().min(0).max(0.99999)),
    loss: chosen(z.enum(lossNames)),
    negativeWeight: chosen(z.number().min(0).max(1e6)),
    deepSupervision: chosen(z.boolean()),
    keep: chosen(z.enum(keeps)),
    cutoff: chosen(share),
    augmentation: chosen(names(augmentationPresets)),
    augment: chosen(z.partialRecord(z.enum([...plainParts, ...strengthParts]), share)),
    foregroundShare: chosen(share),
    balance: chosen(z.enum(balances)),
    duplicates: chosen(z.enum(duplicateRules)),
    split: chosen(z.enum(['random', 'slide', 'position'])),
    trainFraction: chosen(z.number().min(0.01).max(0.99)),
  })
  .superRefine(({ batch, microBatch }, context) => {
    const divisor = microBatchFault({ batch: batch.value, microBatch: microBatch.value });
    if (divisor !== undefined)
      context.addIssue({ code: 'custom', path: ['microBatch', 'value'], message: divisor });
  });

/** The file of a plan: `vascula plan DIR -o plan.json`. */
export const planSchema = z.strictObject({
  format: z.literal('vascula plan 1'),
  /** Version of vascula that made it. */
  version: z.string(),
  /** Where the images are and how their labels are read, as in a run's `config.json`. */
  data: dataSchema.pick({ folder: true, polygons: true, pairs: true, unsure: true }),
  fingerprint: fingerprintSchema,
  /** What it was planned for. */
  machine: z.strictObject({
    device: z.enum(devices),
    cores: size,
    availableBytes: z.number().positive(),
    /** What was measured; left out where nothing was. */
    timing: z
      .strictObject({
        secondsPerStep: z.number().positive(),
        secondsPerImage: z.number().min(0),
      })
      .optional(),
  }),
  /** Of training, that were asked for. */
  minutes: z.number().positive(),
  choices: choicesSchema,
});

export type Plan = z.infer<typeof planSchema>;
export type PlannedChoices = Plan['choices'];

/** Reads a plan. Throws InputError with file, field, and what is expected there. */
export function readPlan(path: string): Promise<Plan> {
  return readJson(path, planSchema);
}
