import {
  type AugmentationSettings,
  augmentationFault,
  augmentationPresets,
  balances,
  evenSampling,
  spacingLimits,
} from '@vascula/core';
import { z } from 'zod';

const share = z.number().min(0).max(1);
const range = { probability: share, least: z.number(), most: z.number() };
const part = z.strictObject(range);

/** How squares are augmented; runs of before it was recorded were augmented as the notebook does. */
export const augmentationSchema = z
  .strictObject({
    flipLeftRight: share,
    flipUpDown: share,
    quarterTurn: share,
    zoom: share,
    rotate: part,
    scale: part,
    elastic: z.strictObject({
      ...range,
      spacing: z.number().int().min(spacingLimits.least).max(spacingLimits.most),
    }),
    stain: z.strictObject({ ...range, shift: share }),
    gamma: part,
    brightness: part,
    saturation: part,
    contrast: part,
  })
  .superRefine((settings: AugmentationSettings, context) => {
    const fault = augmentationFault(settings);
    if (fault !== undefined)
      context.addIssue({ code: 'custom', path: [...fault.path], message: fault.expected });
  })
  .default(augmentationPresets.notebook);

/** Which squares are drawn; before it was recorded, every place of every tile alike. */
export const samplingSchema = z
  .strictObject({ foregroundShare: share, balance: z.enum(balances) })
  .default(evenSampling);
