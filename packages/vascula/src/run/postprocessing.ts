import { InputError, keptValues, objectives, testTimeAugmentations } from '@vascula/core';
import { z } from 'zod';
import { exists, faultOfPath, writeFileAtomic } from '../files/index.js';
import { instanceRuleSchema } from './instance-rule.js';
import { jsonText, readJson } from './json-file.js';
import { runFiles } from './run-files.js';

const count = z.number().int().min(0);
const score = z.number().min(0).max(1);
const gain = z.number().min(-1).max(1);
const interval = z.strictObject({ low: gain, high: gain }).nullable();
const calibration = instanceRuleSchema.shape.calibration;

const chosen = { rule: instanceRuleSchema, calibration };

const choiceSchema = z.strictObject({
  by: z.enum(objectives),
  /** Values that may differ from the notebook's: none, its cutoff, or all that are searched. */
  kept: z.enum(keptValues),
  ...chosen,
  /** On the tiles that the rule was chosen on, and so too good. */
  chosenOn: z.strictObject({ notebook: score, score }),
  /** On tiles that had no part in the choice; null for a single tile. */
  outOfFold: z.strictObject({ folds: count, notebook: score, score, gain, interval }).nullable(),
  /** Rules of their own that gained out of fold, by dataset and slide. */
  bySlide: z
    .array(
      z.strictObject({ dataset: count, source: count, tiles: count, gain, interval, ...chosen }),
    )
    .readonly(),
});

/** `postprocessing.json`: how instances are made of this run's probability maps. */
const postprocessingSchema = z.strictObject({
  format: z.literal('vascula postprocessing 1'),
  /** Version of vascula that chose. */
  version: z.string(),
  /** Epoch of the weights whose maps it was chosen on. */
  epoch: z.number().int().positive(),
  /** Of the folds and the resamples. */
  seed: count,
  /** Symmetries that those maps were averaged over. */
  tta: z.enum(testTimeAugmentations).default('none'),
  /** The validation tiles it was chosen on. */
  tiles: z.array(z.string()).min(1).readonly(),
  choices: z
    .array(choiceSchema)
    .min(1)
    .refine((choices) => new Set(choices.map(({ by }) => by)).size === choices.length, {
      message: 'at most one choice by each objective',
    })
    .readonly(),
});

export type Postprocessing = z.infer<typeof postprocessingSchema>;
export type PostprocessingChoice = z.infer<typeof choiceSchema>;

/** What `vascula calibrate` stored with a run; undefined where it did not. Throws InputError where the file is damaged. */
export async function readPostprocessing(folder: string): Promise<Postprocessing | undefined> {
  const path = runFiles(folder).postprocessing;
  if (!(await exists(path))) return undefined;
  const absent = await faultOfPath(path, 'file');
  if (absent !== undefined) throw new InputError(absent);
  return readJson(path, postprocessingSchema);
}

export async function writePostprocessing(
  folder: string,
  postprocessing: Postprocessing,
): Promise<void> {
  await writeFileAtomic(runFiles(folder).postprocessing, jsonText(postprocessing));
}
