import { z } from 'zod';
import { type MaskValues, maskValuesFault } from '../dataset/mask-values.js';
import { groupFault } from '../dataset/pair-names.js';
import { unsureRules } from '../dataset/unsure-rule.js';

const side = z.number().int().positive();
const size = z.strictObject({ width: side, height: side });
const values = z.array(z.string()).readonly();

const maskValuesSchema = z
  .strictObject({ vessel: values, background: values, ignored: values })
  .superRefine((found: MaskValues, context) => {
    const expected = maskValuesFault(found);
    if (expected !== undefined) context.addIssue({ code: 'custom', path: [], message: expected });
  });

/** Image/mask pairs, as `PairsOptions`. */
const pairsSchema = z.strictObject({
  images: z.string().min(1),
  masks: z.string().min(1),
  roi: z.string().min(1).optional(),
  labels: maskValuesSchema.optional(),
  group: z
    .string()
    .refine((pattern) => groupFault(pattern) === undefined, 'a regular expression with one group')
    .optional(),
});

/** What may be done about tiles that have exactly the pixels of another. */
export const duplicateRules = ['keep', 'drop'] as const;

/** `data` of `config.json`: where the tiles of a run are, and how its labels are read. */
export const dataSchema = z.strictObject({
  /** Absolute path of the dataset folder. */
  folder: z.string(),
  /** Label files, relative to the folder; none of pairs. */
  polygons: z.array(z.string()),
  pairs: pairsSchema.optional(),
  /** Runs of before it was asked took what experts were unsure of for background. */
  unsure: z.enum(unsureRules).default('background'),
  /** Of several sizes the largest width and height … */
  tileSize: size,
  /** … and then the smallest. */
  smallestTile: size.optional(),
  /** What was done about tiles with the pixels of another; nothing, before it was recorded. */
  duplicates: z.enum(duplicateRules).default('keep'),
});

export type RunData = z.infer<typeof dataSchema>;
