import {
  type Keep,
  keeps,
  type LossName,
  lossNames,
  type Method,
  methodDefaults,
  type OptimiserName,
  optimiserNames,
  type Recipe,
  type ScheduleName,
  scheduleNames,
} from '@vascula/core';
import { type Command, Option } from 'commander';
import { integerFrom, numberBetween, probability } from './flags.js';

/** How a new run is trained, where it is not as its preset says (docs/recipes.md). */
export interface RecipeFlags {
  readonly loss?: LossName;
  readonly focalGamma?: number;
  readonly focalAlpha?: number;
  readonly tverskyAlpha?: number;
  readonly tverskyBeta?: number;
  readonly optimiser?: OptimiserName;
  readonly weightDecay?: number;
  readonly schedule?: ScheduleName;
  readonly warmUp?: number;
  readonly ema?: number;
  readonly deepSupervision?: true;
  readonly keep?: Keep;
}

/** All of them describe a new run. */
export const recipeFlags = [
  'loss',
  'focalGamma',
  'focalAlpha',
  'tverskyAlpha',
  'tverskyBeta',
  'optimiser',
  'weightDecay',
  'schedule',
  'warmUp',
  'ema',
  'deepSupervision',
  'keep',
] as const satisfies readonly (keyof RecipeFlags)[];

export function addRecipeFlags(command: Command): Command {
  const { focalGamma, focalAlpha, tverskyAlpha, tverskyBeta, weightDecay } = methodDefaults;
  return command
    .addOption(new Option('--loss <name>', 'what is made small').choices(lossNames))
    .option(
      '--focal-gamma <x>',
      `how much less --loss focal counts pixels that are right (default: ${focalGamma})`,
      numberBetween(0, 100),
    )
    .option(
      '--focal-alpha <x>',
      `weight of vessel pixels in --loss focal, of 1 (default: ${focalAlpha})`,
      probability,
    )
    .option(
      '--tversky-alpha <x>',
      `weight of false positives in --loss tversky (default: ${tverskyAlpha})`,
      numberBetween(0, 100),
    )
    .option(
      '--tversky-beta <x>',
      `weight of false negatives in --loss tversky (default: ${tverskyBeta})`,
      numberBetween(0, 100),
    )
    .addOption(new Option('--optimiser <name>', 'what takes the steps').choices(optimiserNames))
    .option(
      '--weight-decay <x>',
      `weight decay of --optimiser adamw (default: ${weightDecay})`,
      numberBetween(0, 100),
    )
    .addOption(
      new Option('--schedule <name>', 'how the learning rate falls').choices(scheduleNames),
    )
    .option('--warm-up <steps>', 'steps over which the learning rate rises', integerFrom(0))
    .option(
      '--ema <decay>',
      'validate and keep a moving average of the weights; 0.999, say, or 0 for none',
      numberBetween(0, 0.99999),
    )
    .option('--deep-supervision', 'hold coarser levels of a U-Net against the truth too')
    .addOption(
      new Option(
        '--keep <epoch>',
        'hand out the weights with the best validation loss (the default), or the last: then validation chooses nothing',
      ).choices(keeps),
    );
}

/** Said in the help of `train`. */
export const recipeHelp = `
Losses: balanced (mean over vessel pixels + --negative-weight times the mean over the others; the default),
dice-bce, focal, tversky. Optimisers: adam (the default), adamw. Schedules: exponential
(--learning-rate-decay each epoch; the default), cosine, poly, constant.`;

/** What the flags say of the method of training. */
export function givenMethod(flags: RecipeFlags): Partial<Method> {
  return Object.fromEntries(
    recipeFlags.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
  );
}

type Chosen = Pick<Recipe, 'loss' | 'optimiser' | 'schedule'>;

/** Flags that mean something with one choice only. */
const belongsTo: readonly (readonly [string, keyof Chosen, Chosen[keyof Chosen]])[] = [
  ['negativeWeight', 'loss', 'balanced'],
  ['focalGamma', 'loss', 'focal'],
  ['focalAlpha', 'loss', 'focal'],
  ['tverskyAlpha', 'loss', 'tversky'],
  ['tverskyBeta', 'loss', 'tversky'],
  ['weightDecay', 'optimiser', 'adamw'],
  ['learningRateDecay', 'schedule', 'exponential'],
];

/**
 * A flag that would do nothing, and what it would do something with; undefined where there is none.
 *
 * @param isGiven whether a flag is on the command line, by its attribute's name.
 */
export function idleRecipeFlag(
  isGiven: (flag: string) => boolean,
  recipe: Chosen,
): { readonly flag: string; readonly wants: string } | undefined {
  for (const [flag, choice, value] of belongsTo)
    if (isGiven(flag) && recipe[choice] !== value) return { flag, wants: `--${choice} ${value}` };
  return undefined;
}
