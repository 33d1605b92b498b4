import { z } from 'zod';
import { exists } from '../files/index.js';
import { runFiles } from '../run/index.js';
import { readJson } from '../run/json-file.js';

const interval = z.object({ low: z.number(), high: z.number() }).nullable();
const estimate = z.object({ value: z.number().nullable(), byTile: interval, bySlide: interval });
const count = z.number().int().min(0);

/** What a run scores on its validation tiles: the headline numbers, with their 95 % intervals. */
export const runMetricsSchema = z.object({
  /** Epoch of the weights. */
  epoch: z.number().int().positive(),
  cutoff: z.number().min(0).max(1),
  /** Tiles and the slides they are from. */
  images: count,
  slides: count,
  /** Vessels in truth. */
  vessels: count,
  /** IoU from which a vessel counts as found. */
  foundIou: z.number(),
  /** By name; another version may have others. */
  headlines: z.record(z.string(), estimate),
});

export type RunMetrics = z.infer<typeof runMetricsSchema>;

const { images, slides, vessels, headlines, epoch, cutoff, foundIou } = runMetricsSchema.shape;

/** `metrics.json`, as far as it is needed; older runs have no assessment. */
const fileSchema = z.object({
  epoch,
  cutoff,
  assessment: z
    .object({ foundIou, overall: z.object({ images, slides, vessels, headlines }) })
    .optional(),
});

/**
 * The validation scores that lie with a run; undefined where there are none with intervals. Throws
 * InputError where the file is damaged.
 */
export async function readRunMetrics(folder: string): Promise<RunMetrics | undefined> {
  const path = runFiles(folder).metrics;
  if (!(await exists(path))) return undefined;
  const { assessment, ...rest } = await readJson(path, fileSchema);
  if (assessment === undefined) return undefined;
  return { ...rest, foundIou: assessment.foundIou, ...assessment.overall };
}
