import { z } from 'zod';

const names = z.array(z.string().min(1)).min(1).nullable();

/** Numbers of the datasets whose tiles are trained on, and validated on; null for all. */
export const datasetsSchema = z
  .strictObject({ train: names, validation: names })
  .default({ train: null, validation: null });

/** The run whose best weights a run began with; null for fresh ones. */
export const fromSchema = z
  .strictObject({
    /** Absolute path of its folder, as it was then. */
    run: z.string(),
    /** Epoch of its weights. */
    epoch: z.number().int().positive(),
    /** SHA-256 of its checkpoint, in hexadecimal; a copy lies in `checkpoints/initial.safetensors`. */
    digest: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal'),
  })
  .nullable()
  .default(null);
