import { devices } from '@vascula/autograd/node';
import {
  architectures,
  checkSpec,
  deepSupervisionFault,
  InputError,
  type ModelSpec,
  type OnnxSpec,
  type Recipe,
  sizeMultiple,
} from '@vascula/core';
import { z } from 'zod';
import { dataSchema, type RunData } from './data-schema.js';
import { onnxSchema } from './onnx-schema.js';
import { recipeSchema } from './recipe-schema.js';
import { datasetsSchema, fromSchema } from './stage-schema.js';

const size = z.number().int().positive();

const builtInSchema = z
  .strictObject({
    architecture: z.enum(architectures),
    base: size,
    depth: size,
    kernel: size,
    convolutions: size.optional(),
    localContrast: size.optional(),
    // A run is trained on RGB tiles and tells vessel from everything else.
    inputChannels: z.number().refine((channels): boolean => channels === 3, '3'),
    classes: z.number().refine((classes): boolean => classes === 1, '1'),
    momentum: z.number().min(0).lt(1),
  })
  .superRefine((spec: ModelSpec, context) => {
    try {
      checkSpec(spec);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const { field = '', expected = '' } = error.fault;
      context.addIssue({ code: 'custom', path: [field], message: expected });
    }
  });

const modelSchema = z.discriminatedUnion('architecture', [builtInSchema, onnxSchema], {
  error: ({ code }) => (code === 'invalid_union' ? 'unet, fcn or onnx' : undefined),
});

/** Which of how many folds, from 1. */
const foldSchema = z
  .strictObject({ number: size, of: z.number().int().min(2) })
  .refine(({ number, of }) => number <= of, { path: ['number'], message: 'one of the folds' });

/** `config.json`: everything a run was asked to do, with every default filled in. */
export const runConfigSchema = z
  .strictObject({
    format: z.literal('vascula run 1'),
    /** Version of vascula that made the run. */
    version: z.string(),
    /** Where its settings are from, but for those given one by one; `plan.json` beside holds what was planned. */
    preset: z.enum(['quick', 'notebook', 'auto', 'plan']),
    /** What trained it last; runs of before it was recorded were trained on the processor. */
    device: z.enum(devices).default('cpu'),
    data: dataSchema,
    split: z
      .strictObject({
        by: z.enum(['random', 'slide', 'position']),
        seed: z.number().int(),
        /** Of a run that is no fold of several … */
        trainFraction: z.number().gt(0).lt(1).optional(),
        /** … and of one that is. */
        fold: foldSchema.optional(),
      })
      .refine(({ trainFraction, fold }) => (trainFraction === undefined) !== (fold === undefined), {
        path: ['trainFraction'],
        message: 'trainFraction or fold, and not both',
      }),
    datasets: datasetsSchema,
    model: modelSchema,
    from: fromSchema,
    recipe: recipeSchema,
  })
  .superRefine(({ recipe, model, data }, context) => {
    const expected = cropFault(recipe.crop, model, leastTile(data));
    if (expected !== undefined)
      context.addIssue({ code: 'custom', path: ['recipe', 'crop'], message: expected });
    const divisor = microBatchFault(recipe);
    if (divisor !== undefined)
      context.addIssue({ code: 'custom', path: ['recipe', 'microBatch'], message: divisor });
    const supervised = deepSupervisionFault(recipe, model);
    if (supervised !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['recipe', 'deepSupervision'],
        message: supervised,
      });
  });

/** What every tile of a run holds: its squares have to fit. */
export function leastTile({ tileSize, smallestTile }: Pick<RunData, 'tileSize' | 'smallestTile'>) {
  return smallestTile ?? tileSize;
}

/** What a crop of squares has to be, where it is not that; undefined where it fits. */
export function cropFault(
  crop: number,
  model: Pick<ModelSpec, 'depth'> | Pick<OnnxSpec, 'sizeMultiple'>,
  { width, height }: { readonly width: number; readonly height: number },
): string | undefined {
  const multiple = sizeMultiple(model);
  const [reason, advice] =
    'depth' in model ? [`depth ${model.depth}`, ': a lower depth'] : ['what the network takes', ''];
  const side = Math.min(width, height);
  if (side < multiple)
    return `tiles of at least ${multiple} x ${multiple} pixels for ${reason}, not ${width} x ${height}${advice}`;
  if (crop % multiple === 0 && crop <= side) return undefined;
  return `a multiple of ${multiple} (${reason}) up to ${side - (side % multiple)}, for tiles of ${width} x ${height}`;
}

/** What a micro-batch has to be, where it is not that; undefined where it divides the batch. */
export function microBatchFault({
  batch,
  microBatch,
}: Pick<Recipe, 'batch' | 'microBatch'>): string | undefined {
  return batch % microBatch === 0 ? undefined : `a divisor of the batch of ${batch}`;
}

export type RunConfig = z.infer<typeof runConfigSchema>;

/** `split.json`: which tiles were trained on, and which were only looked at. */
export const splitSchema = z
  .strictObject({
    train: z.array(z.string()).min(1),
    validation: z.array(z.string()).min(1),
    /** Tiles that the runs its first weights are from were trained on. */
    earlier: z.array(z.string()).default([]),
    /** Validation tiles that touch or overlap a training tile of their slide. */
    neighbours: z.number().int().min(0),
    /** Where the validation tiles are one of several folds (`foldTiles`). */
    fold: foldSchema.optional(),
    /** Tiles on neither side, since they have exactly the pixels of another; of none where left out. */
    dropped: z.array(z.strictObject({ id: z.string(), repeats: z.string() })).optional(),
  })
  .superRefine(({ train, validation, earlier }, context) => {
    const trained = new Set([...train, ...earlier]);
    const both = validation.findIndex((id) => trained.has(id));
    if (both >= 0) {
      const message = 'a tile that was not trained on, or the score means nothing';
      context.addIssue({ code: 'custom', path: ['validation', both], message });
    }
  });

export type RunSplit = z.infer<typeof splitSchema>;

/** A run's place among the runs of a cross-validation. */
export type Fold = z.infer<typeof foldSchema>;

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
  /** Whether these weights were kept: the best so far by validation loss, or the last where those are. */
  best: z.boolean(),
  /** Wall time of training and validation, and the part of it spent waiting for data. */
  seconds: z.number(),
  waitedSeconds: z.number(),
});

export type EpochRecord = z.infer<typeof epochRecordSchema>;
