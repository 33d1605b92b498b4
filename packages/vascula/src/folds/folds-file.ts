import { z } from 'zod';
import { writeFileAtomic } from '../files/index.js';
import { jsonText, type RunConfig, readJson, runConfigSchema, runFiles } from '../run/index.js';

const { split, from: _, ...shape } = runConfigSchema.shape;

const whole = z.number().int().positive();

/** A run's configuration without its place among the folds: what all of them share. */
const sharedSchema = z.strictObject({
  ...shape,
  split: z.strictObject({ by: split.shape.by, seed: split.shape.seed }),
  /** Whether each fold began with another run's weights: its own `config.json` says whose. */
  from: z.boolean().default(false),
});

/** `folds.json`: the runs of a cross-validation as a whole. */
const recordSchema = z
  .strictObject({
    format: z.literal('vascula folds 1'),
    /** How many: their runs are the folders `fold-1` to `fold-K` beside this file. */
    folds: whole.min(2).max(1000),
    config: sharedSchema,
    /** Folds that were trained, evaluated and exported, with how many epochs they had then. */
    finished: z.array(z.strictObject({ number: whole, epochs: whole })),
  })
  .superRefine(({ folds, finished }, context) => {
    for (const [at, { number }] of finished.entries()) {
      const repeated = finished.findIndex((one) => one.number === number) < at;
      if (number > folds || repeated)
        context.addIssue({
          code: 'custom',
          path: ['finished', at, 'number'],
          message: `each fold from 1 to ${folds} at most once`,
        });
    }
  });

export type FoldsRecord = z.infer<typeof recordSchema>;
export type SharedConfig = FoldsRecord['config'];

/** The files of a cross-validation beside the folders of its runs. */
export function foldsFiles(folder: string) {
  return {
    record: runFiles(folder).folds,
    /** Every tile scored by the fold that was not trained on it. */
    metrics: runFiles(folder).metrics,
  };
}

/** Throws InputError where the file is missing or damaged. */
export function readFoldsRecord(folder: string): Promise<FoldsRecord> {
  return readJson(foldsFiles(folder).record, recordSchema);
}

export async function writeFoldsRecord(folder: string, record: FoldsRecord): Promise<void> {
  await writeFileAtomic(foldsFiles(folder).record, jsonText(record));
}

/** What a fold's configuration has in common with the others'. */
export function sharedConfig({ split: { by, seed }, from, ...config }: RunConfig): SharedConfig {
  return { ...config, split: { by, seed }, from: from !== null };
}
