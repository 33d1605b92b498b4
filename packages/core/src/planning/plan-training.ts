import { InputError } from '../errors.js';
import type { Architecture } from '../models/index.js';
import { type Choice, choice } from './choice.js';
import { chooseData, type DataChoices } from './choose-data.js';
import { chooseLength, type LengthChoices, type StepTiming } from './choose-length.js';
import { chooseMethod, type MethodChoices } from './choose-method.js';
import { chooseSizes, type MemoryLimits, type SizeChoices } from './choose-sizes.js';
import type { Fingerprint } from './fingerprint.js';

/** Every choice of a plan but how long it takes. */
export interface TrainingDesign extends SizeChoices, MethodChoices, DataChoices {
  readonly model: Choice<Architecture>;
}

/** All choices, each with its reason, under the names that `vascula train` has for them. */
export interface PlanChoices extends TrainingDesign, LengthChoices {}

/**
 * What a training on a dataset should be like (after the self-configuring nnU-Net of Isensee et al., Nature
 * Methods 2021, for two dimensions and a processor). It depends on the arguments only.
 *
 * @throws InputError without a vessel pixel, or as `chooseSizes`
 */
export function designTraining(fingerprint: Fingerprint, memory: MemoryLimits): TrainingDesign {
  if (fingerprint.vesselShare === 0)
    throw new InputError({
      problem: `none of the ${fingerprint.images} labelled images has a pixel of vessel that counts`,
      expected: 'something to learn',
      hint: 'Do the label files, or --labels for masks, say what is vessel?',
    });
  return {
    model: choice('unet', 'coarse maps say what is a vessel, fine ones where it ends'),
    ...chooseSizes(fingerprint, memory),
    ...chooseMethod(fingerprint),
    ...chooseData(fingerprint),
  };
}

/** The design with its length, by the time that a step of it takes. */
export function completePlan(
  fingerprint: Fingerprint,
  design: TrainingDesign,
  time: { readonly minutes: number; readonly timing?: StepTiming | undefined },
): PlanChoices {
  const { crop, batch, trainFraction } = design;
  const sizes = { crop: crop.value, batch: batch.value, trainFraction: trainFraction.value };
  return { ...design, ...chooseLength(fingerprint, sizes, time) };
}
