import {
  chooseLocalContrast,
  chooseWarmUp,
  InputError,
  methodDefaults,
  stepsPerEpoch,
} from '@vascula/core';
import type { Plan } from '../plan/index.js';
import { type DataFlags, dataFlagNames } from './data-flags.js';
import { givenMethod, idleRecipeFlag } from './recipe-flags.js';
import type { TrainFlags } from './train-flags.js';

/** Whether a flag is on the command line, by its attribute's name. */
export type IsGiven = (flag: string) => boolean;

/** How a plan reads its dataset, unless flags say it: then they say all of it. */
export function plannedDataFlags({ data }: Plan, flags: DataFlags, isGiven: IsGiven): DataFlags {
  if (dataFlagNames.some(isGiven)) return flags;
  return data.pairs ?? { polygons: data.polygons, unsure: data.unsure };
}

/**
 * The flags of a planned training: what is not given is the plan's, where flags have a default of their own.
 *
 * @throws InputError for a flag that does nothing with what the plan says.
 */
export function plannedFlags(
  { choices, fingerprint }: Plan,
  flags: TrainFlags,
  isGiven: IsGiven,
): TrainFlags {
  const method = {
    ...methodDefaults,
    loss: choices.loss.value,
    optimiser: choices.optimiser.value,
    schedule: choices.schedule.value,
    ...givenMethod(flags),
  };
  const idle = idleRecipeFlag(isGiven, method);
  if (idle !== undefined)
    throw new InputError({
      path: `--${idle.flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      problem: 'does nothing with what the plan says',
      expected: `${idle.wants} beside it`,
    });
  const { model, split, trainFraction, duplicates } = choices;
  const filled: TrainFlags = {
    ...flags,
    model: isGiven('model') ? flags.model : model.value,
    split: isGiven('split') ? flags.split : split.value,
    trainFraction: isGiven('trainFraction') ? flags.trainFraction : trainFraction.value,
    duplicates: isGiven('duplicates') ? flags.duplicates : duplicates.value,
  };
  return {
    ...filled,
    localContrast: flags.localContrast ?? fittingWindow({ choices, fingerprint }, flags),
    warmUp:
      flags.warmUp ??
      (['epochs', 'crop', 'batch'].some(isGiven)
        ? shortenedWarmUp({ choices, fingerprint }, filled)
        : choices.warmUp.value),
  };
}

type Planned = Pick<Plan, 'choices' | 'fingerprint'>;

/** The window of local contrast of squares of another size than were planned. */
function fittingWindow({ choices, fingerprint }: Planned, { crop }: TrainFlags): number {
  const planned = choices.localContrast.value;
  if (planned === 0 || crop === undefined) return planned;
  return Math.min(planned, chooseLocalContrast(fingerprint, crop).value);
}

/** As many steps of warm-up as were planned may be more than a shorter training has. */
function shortenedWarmUp({ choices, fingerprint }: Planned, flags: TrainFlags): number {
  const steps =
    (flags.epochs ?? choices.epochs.value) *
    stepsPerEpoch(fingerprint, {
      crop: flags.crop ?? choices.crop.value,
      batch: flags.batch ?? choices.batch.value,
      trainFraction: flags.trainFraction,
    });
  return Math.min(choices.warmUp.value, chooseWarmUp(steps).value);
}
