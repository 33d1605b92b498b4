import {
  type AugmentationName,
  type AugmentationSettings,
  augmentationFault,
  augmentationPresets,
  balances,
  InputError,
  type PlainPart,
  plainParts,
  type Recipe,
  type Sampling,
  type StrengthPart,
  strengthParts,
} from '@vascula/core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { finiteNumber, probability } from './flags.js';

/** What `--augment` says of one part. */
export interface PartChange {
  readonly part: PlainPart | StrengthPart;
  readonly probability: number;
  readonly range?: { readonly least: number; readonly most: number };
}

export interface AugmentationFlags {
  readonly augmentation?: AugmentationName;
  readonly augment?: readonly PartChange[];
}

export interface SamplingFlags {
  readonly foregroundShare?: number;
  readonly balance?: Sampling['balance'];
  readonly duplicates: 'keep' | 'drop';
}

/** Flags of a new run: a resumed one has them in its folder. */
export const augmentationFlagNames = [
  'augmentation',
  'augment',
  'foregroundShare',
  'balance',
  'duplicates',
] as const;

const flagOf = (part: string) => part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const parts = new Map([...plainParts, ...strengthParts].map((part) => [flagOf(part), part]));

export function addAugmentationFlags(command: Command, byDefault?: AugmentationName): Command {
  const names = Object.keys(augmentationPresets);
  const unnamed = byDefault === undefined ? " (default: the preset's, notebook)" : '';
  const named = new Option('--augmentation <name>', `how squares are changed${unnamed}`)
    .choices(names)
    .default(byDefault);
  return command
    .addOption(named)
    .option(
      '--augment <parts>',
      `probabilities over it, PART=P or PART=P:LEAST..MOST, such as elastic=0.3,scale=1:0.8..1.2; parts: ${[...parts.keys()].join(', ')}`,
      partChanges,
    );
}

export function addSamplingFlags(command: Command): Command {
  return command
    .option(
      '--foreground-share <p>',
      'share of the squares cut around a vessel pixel (default: 0)',
      probability,
    )
    .addOption(
      new Option(
        '--balance <what>',
        'source: as many squares an epoch from each (dataset, slide) (default: none)',
      ).choices(balances),
    )
    .addOption(
      new Option('--duplicates <rule>', 'labelled tiles with exactly the pixels of another')
        .choices(['keep', 'drop'])
        .default('drop'),
    );
}

/** The settings of the flags over those of a preset. Throws InputError where they make no sense together. */
export function augmentationOf(
  { augmentation, augment = [] }: AugmentationFlags,
  preset: AugmentationSettings,
): AugmentationSettings {
  const named = augmentation === undefined ? preset : augmentationPresets[augmentation];
  const changed = augment.map(({ part, probability, range }) => {
    const before = named[part];
    return [part, typeof before === 'number' ? probability : { ...before, probability, ...range }];
  });
  const settings: AugmentationSettings = { ...named, ...Object.fromEntries(changed) };
  const fault = augmentationFault(settings);
  if (fault === undefined) return settings;
  const [part, name] = fault.path as [StrengthPart, 'least' | 'most'];
  throw new InputError({
    path: '--augment',
    field: fault.path.map(flagOf).join('.'),
    problem: `${settings[part][name]}`,
    expected: fault.expected,
  });
}

export function samplingOf(
  { foregroundShare, balance }: SamplingFlags,
  { sampling }: Pick<Recipe, 'sampling'>,
): Sampling {
  return {
    foregroundShare: foregroundShare ?? sampling.foregroundShare,
    balance: balance ?? sampling.balance,
  };
}

function partChanges(text: string): readonly PartChange[] {
  const changes = text.split(',').map((given): PartChange => {
    const piece = given.trim();
    const [, name = '', chance = '', least, most] =
      /^([a-z-]+)=([^:]+)(?::(.+)\.\.(.+))?$/.exec(piece) ?? [];
    const part = parts.get(name);
    if (part === undefined)
      throw new InvalidArgumentError(
        `"${piece}": expected PART=P or PART=P:LEAST..MOST, a part of ${[...parts.keys()].join(', ')}.`,
      );
    const change = { part, probability: probability(chance) };
    if (least === undefined || most === undefined) return change;
    if ((plainParts as readonly string[]).includes(part))
      throw new InvalidArgumentError(`${name} happens or not: it has no range.`);
    return { ...change, range: { least: finiteNumber(least), most: finiteNumber(most) } };
  });
  if (new Set(changes.map(({ part }) => part)).size < changes.length)
    throw new InvalidArgumentError('Expected each part once.');
  return changes;
}
