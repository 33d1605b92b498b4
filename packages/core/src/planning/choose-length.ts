import { type Choice, choice } from './choice.js';
import type { Fingerprint } from './fingerprint.js';

/** Seconds that were measured. */
export interface StepTiming {
  readonly secondsPerStep: number;
  /** To validate as many pixels as an image has on the average. */
  readonly secondsPerImage: number;
}

export interface LengthChoices {
  readonly epochs: Choice<number>;
  readonly warmUp: Choice<number>;
}

/** Steps of a training that was not timed. */
const untimedSteps = 4000;

/** Beyond so many steps nothing was measured. */
const mostSteps = 20000;

/** Few images are learnt by heart, and each epoch is validated and saved: no more epochs than these. */
const mostEpochs = 300;

/** Of the time asked for, what is left for the evaluation at the end. */
const reserve = 0.1;

const warmUpSteps = 50;

/** Steps of an epoch, by area; of images with sizes that differ nearly. */
export function stepsPerEpoch(
  { images, pixels }: Pick<Fingerprint, 'images' | 'pixels'>,
  { crop, batch, trainFraction }: { crop: number; batch: number; trainFraction: number },
): number {
  const copies = Math.max(1, Math.round(pixels / images / crop ** 2));
  const trained = Math.max(1, Math.floor(images * trainFraction + 1e-9));
  return Math.ceil((trained * copies) / batch);
}

/** Epochs that fit into the minutes, and steps of warm-up. */
export function chooseLength(
  fingerprint: Pick<Fingerprint, 'images' | 'pixels'>,
  sizes: { readonly crop: number; readonly batch: number; readonly trainFraction: number },
  { minutes, timing }: { readonly minutes: number; readonly timing?: StepTiming | undefined },
): LengthChoices {
  const steps = stepsPerEpoch(fingerprint, sizes);
  const epochs =
    timing === undefined
      ? untimedEpochs(steps)
      : timedEpochs(fingerprint, sizes.trainFraction, steps, minutes, timing);
  return { epochs, warmUp: chooseWarmUp(steps * epochs.value) };
}

/** Steps over which the learning rate rises: 50, or a tenth of a short training. */
export function chooseWarmUp(steps: number): Choice<number> {
  const tenth = Math.floor(steps / 10);
  return tenth < warmUpSteps
    ? choice(tenth, `a tenth of about ${steps} steps`)
    : choice(
        warmUpSteps,
        'steps in which the rate rises: without them the first ones are too long',
      );
}

function untimedEpochs(steps: number): Choice<number> {
  const epochs = mostFor(steps, untimedSteps);
  const words = epochs === mostEpochs ? limitWords(steps, epochs) : `about ${untimedSteps} steps`;
  return choice(epochs, `not timed: ${words}, of ${steps} an epoch`);
}

function mostFor(steps: number, most: number): number {
  return Math.min(mostEpochs, Math.max(1, Math.round(most / steps)));
}

function limitWords(steps: number, epochs: number): string {
  return epochs === mostEpochs
    ? `no more than ${mostEpochs} epochs, which are ${epochs * steps} steps`
    : `about ${mostSteps} steps`;
}

function timedEpochs(
  { images }: Pick<Fingerprint, 'images'>,
  trainFraction: number,
  steps: number,
  minutes: number,
  { secondsPerStep, secondsPerImage }: StepTiming,
): Choice<number> {
  const validated = Math.max(1, Math.round(images * (1 - trainFraction)));
  const seconds = steps * secondsPerStep + validated * secondsPerImage;
  const fitting = Math.floor(((1 - reserve) * 60 * minutes) / seconds);
  const most = mostFor(steps, mostSteps);
  const epochs = Math.min(most, Math.max(1, fitting));
  const took = `a step took ${secondsPerStep.toFixed(2)} s, an epoch of ${steps} takes ${duration(seconds)}`;
  if (fitting < 1) return choice(1, `${took}: more than the ${minutes} minutes there are`);
  if (fitting > most)
    return choice(
      most,
      `${took}; ${limitWords(steps, most)}, though ${minutes} minutes have room for more`,
    );
  return choice(epochs, `${took}: ${minutes} minutes, less a tenth for the evaluation`);
}

function duration(seconds: number): string {
  return seconds < 90 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`;
}
