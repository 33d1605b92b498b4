import { type Command, InvalidArgumentError, Option } from 'commander';
import type { DatasetOptions, MaskValues } from '../dataset/index.js';
import { maskClasses, maskValuesFault } from '../dataset/mask-values.js';
import { groupFault } from '../dataset/pair-names.js';
import { unsureRules } from '../dataset/unsure-rule.js';
import { commaList, type FlagParser } from './flags.js';

/** How the labels of a dataset folder are to be read. */
export interface DataFlags {
  readonly polygons?: readonly string[];
  readonly images?: string;
  readonly masks?: string;
  readonly roi?: string;
  readonly labels?: MaskValues;
  readonly group?: string;
  readonly unsure?: (typeof unsureRules)[number];
}

/** Their names, which a resumed run does not take. */
export const dataFlagNames = [
  'polygons',
  'images',
  'masks',
  'roi',
  'labels',
  'group',
  'unsure',
] as const;

/** @param of a folder that is named, or a run, whose own settings are the default */
export function addDataFlags(command: Command, of: 'folder' | 'run'): Command {
  const where =
    of === 'folder'
      ? 'label files, separated by commas, in DIR or from here (default: polygons.jsonl)'
      : "label files, separated by commas, in the dataset's folder or from here (default: the run's)";
  const ofPairs = (flags: string, about: string) =>
    new Option(flags, about).conflicts(['polygons', 'unsure']);
  return command
    .hook('preAction', () => requireWhole(command, command.opts<DataFlags>()))
    .option('--polygons <files>', where, commaList)
    .addOption(
      ofPairs('--images <pattern>', "images in place of tiles, such as 'images/*.png', in quotes"),
    )
    .addOption(ofPairs('--masks <pattern>', 'their masks, as many, paired by order of names'))
    .addOption(ofPairs('--roi <pattern>', 'their fields of view: where they are 0 nothing counts'))
    .addOption(
      ofPairs(
        '--labels <map>',
        "what mask values stand for, such as 'vessel=255,#ff0000 background=other ignored=128' " +
          '(default: 0 background, 255 or 1 vessel)',
      ).argParser(maskValues),
    )
    .addOption(
      ofPairs(
        '--group <pattern>',
        'regular expression with one group over file names, such as the patient: images of one are a slide',
      ).argParser(groupPattern),
    )
    .addOption(
      new Option(
        '--unsure <rule>',
        `unsure outlines outside vessels: background, or ignored (default: ${of === 'folder' ? 'background' : "the run's"})`,
      ).choices(unsureRules),
    );
}

/** What the flags say of a dataset; undefined what they do not. */
export function datasetOptions(flags: DataFlags): DatasetOptions {
  const { polygons, images, masks, roi, labels, group, unsure } = flags;
  return images !== undefined && masks !== undefined
    ? { pairs: { images, masks, roi, labels, group } }
    : { polygons, unsure };
}

/** Ends with a usage error where flags of pairs are there and not both patterns. */
function requireWhole(command: Command, flags: DataFlags): void {
  const { images, masks } = flags;
  if (images !== undefined && masks !== undefined) return;
  const lonely = (['images', 'masks', 'roi', 'labels', 'group'] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (lonely !== undefined)
    command.error(`error: --${lonely} needs ${images === undefined ? '--images' : '--masks'}`);
}

const maskValues: FlagParser<MaskValues> = (text) => {
  const values: Record<(typeof maskClasses)[number], readonly string[]> = {
    vessel: [],
    background: [],
    ignored: [],
  };
  for (const part of text.trim().split(/[\s;]+/)) {
    const [name, list, ...rest] = part.split('=');
    const known = maskClasses.find((one) => one === name);
    if (known === undefined || !list || rest.length > 0 || values[known].length > 0)
      throw new InvalidArgumentError(
        `Expected ${maskClasses.map((one) => `${one}=…`).join(', ')}, each at most once; not ${part}.`,
      );
    values[known] = list.toLowerCase().split(',');
  }
  const expected = maskValuesFault(values);
  if (expected !== undefined) throw new InvalidArgumentError(`Expected ${expected}.`);
  return values;
};

const groupPattern: FlagParser<string> = (text) => {
  const expected = groupFault(text);
  if (expected !== undefined) throw new InvalidArgumentError(`Expected ${expected}.`);
  return text;
};

/** What stands below the flags in a command's help. */
export const dataHelp = `
A folder in the competition's layout holds tile_meta.csv, polygons.jsonl and train/. Any other folder of
images and masks is read with --images and --masks: TIFF, PNG, JPEG or GIF of any size, RGB or grey;
patterns are relative to DIR, files are sorted as people sort them (2 before 10) and paired by position.`;
