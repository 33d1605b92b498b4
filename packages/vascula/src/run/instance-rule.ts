import { type InstanceRule, notebookRule, ruleFault } from '@vascula/core';
import { z } from 'zod';
import { readJson } from './json-file.js';

const shape = z.strictObject({
  connectivity: z.union([z.literal(4), z.literal(8)]),
  low: z.number(),
  high: z.number(),
  maximumHoleArea: z.number(),
  weak: z.number().nullable(),
  splitProminence: z.number().nullable(),
  minimumArea: z.number(),
  maximumGlomerulusShare: z.number(),
  dilation: z.number(),
  sizeScale: z.number(),
  calibration: z
    .array(z.tuple([z.number(), z.number()]).readonly())
    .readonly()
    .nullable(),
});

/** An `InstanceRule` as files hold it: every value, and together they make sense. */
export const instanceRuleSchema = shape.superRefine(requireSense);

/** The same with values left out, which are the notebook's. */
const partialRuleSchema = shape
  .partial()
  // One of them alone could mean a single cutoff as well as two.
  .refine(({ low, high }) => (low === undefined) === (high === undefined), {
    path: ['high'],
    message: 'both low and high, or neither',
  })
  .transform((values): InstanceRule => ({ ...notebookRule, ...values }))
  .superRefine(requireSense);

function requireSense(rule: InstanceRule, context: z.RefinementCtx): void {
  const fault = ruleFault(rule);
  if (fault !== undefined)
    context.addIssue({ code: 'custom', path: [...fault.path], message: fault.expected });
}

/**
 * Reads a rule that a user wrote: JSON with the fields of `InstanceRule`; those left out are the
 * notebook's. Throws InputError with the file and the field.
 */
export function readRuleFile(path: string): Promise<InstanceRule> {
  return readJson(path, partialRuleSchema);
}
