import type { Recipe } from './recipe.js';

export const scheduleNames = ['exponential', 'cosine', 'poly', 'constant'] as const;
export type ScheduleName = (typeof scheduleNames)[number];

/** Exponent of the schedule `poly`, that of DeepLab (Chen et al. 2017) and nnU-Net. */
const polyPower = 0.9;

export type ScheduleSettings = Pick<
  Recipe,
  'schedule' | 'learningRate' | 'learningRateDecay' | 'warmUp' | 'epochs'
>;

/**
 * The learning rate of a step, counted from 1 over the whole run. Over the first `warmUp` steps it rises in
 * equal parts, and is whole at the last of them.
 *
 * `exponential` (a factor an epoch) and `constant` do not depend on how many epochs there are to be: a run
 * that is prolonged equals one that was meant to be longer from the start. `cosine` (Loshchilov & Hutter 2017,
 * without restarts) and `poly` fall from the full rate at the first step after the warm-up to 0 right after
 * the last step of all.
 */
export function learningRateAt(
  settings: ScheduleSettings,
  { step, stepsPerEpoch }: { readonly step: number; readonly stepsPerEpoch: number },
): number {
  const { schedule, learningRate, learningRateDecay, warmUp, epochs } = settings;
  const full = step < warmUp ? (learningRate * step) / warmUp : learningRate;
  if (schedule === 'constant') return full;
  if (schedule === 'exponential')
    return full * learningRateDecay ** (Math.ceil(step / stepsPerEpoch) - 1);
  const gone = Math.max(0, step - 1 - warmUp) / Math.max(1, epochs * stepsPerEpoch - warmUp);
  if (schedule === 'poly') return full * (1 - gone) ** polyPower;
  return (full * (1 + Math.cos(Math.PI * gone))) / 2;
}

/** Whether a run with this schedule has as many epochs as it was started with, and no others. */
export function fixesEpochs({ schedule }: Pick<Recipe, 'schedule'>): boolean {
  return schedule === 'cosine' || schedule === 'poly';
}
