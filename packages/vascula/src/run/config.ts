import { architectures } from '@vascula/core';
import { z } from 'zod';

const size = z.number().int().positive();

/** `config.json`: everything a run was asked to do, with every default filled in. */
export const runConfigSchema = z.strictObject({
  format: z.literal('vascula run 1'),
  /** Version of vascula that made the run. */
  version: z.string(),
  preset: z.enum(['quick', 'notebook']),
  data: z.strictObject({
    /** Absolute path of the dataset folder. */
    folder: z.string(),
    /** Label files, relative to the folder. */
    polygons: z.array(z.string()),
    tileSize: z.strictObject({ width: size, height: size }),
  }),
  split: z.strictObject({
    by: z.enum(['random', 'slide', 'position']),
    seed: z.number().int(),
    trainFraction: z.number().gt(0).lt(1),
  }),
  model: z.strictObject({
    architecture: z.enum(architectures),
    base: size,
    depth: size,
    kernel: size,
    inputChannels: size,
    classes: size,
    momentum: z.number().min(0).lt(1),
  }),
  recipe: z.strictObject({
    seed: z.number().int(),
    epochs: size,
    batch: size,
    crop: size,
    learningRate: z.number().positive(),
    negativeWeight: z.number().min(0),
    cutoff: z.number().min(0).max(1),
  }),
});

export type RunConfig = z.infer<typeof runConfigSchema>;

/** `split.json`: which tiles were trained on, and which were only looked at. */
export const splitSchema = z.strictObject({
  train: z.array(z.string()).min(1),
  validation: z.array(z.string()).min(1),
  /** Validation tiles that touch or overlap a training tile of their slide. */
  neighbours: z.number().int().min(0),
});

export type RunSplit = z.infer<typeof splitSchema>;

/** A line of `history.jsonl`. */
export const epochRecordSchema = z.strictObject({
  /** From 1. */
  epoch: size,
  /** Optimisation steps since the start of the run. */
  steps: size,
  trainLoss: z.number(),
  /** Over all pixels of all validation tiles, as the notebook's. */
  validationLoss: z.number(),
  /** Mean over validation tiles at the recipe's cutoff. */
  validationIou: z.number(),
  validationPooledIou: z.number(),
  /** Whether these weights were the best so far by validation loss, and were kept. */
  best: z.boolean(),
  /** Wall time of training and validation, and the part of it spent waiting for data. */
  seconds: z.number(),
  waitedSeconds: z.number(),
});

export type EpochRecord = z.infer<typeof epochRecordSchema>;
