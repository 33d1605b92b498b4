import type { Objective } from '@vascula/core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { TileGroup } from '../prediction/index.js';
import type { Detector, ImageFacts, RuleRequest, UsedRules } from '../rules/index.js';
import type { Run } from '../run/index.js';
import { commaList, type FlagParser, integerFrom, numberBetween, probability } from './flags.js';
import type { PredictionFlags } from './prediction-flags.js';
import type { Terminal } from './terminal.js';

/** What `predict` and `submit` are told about making vessels of a probability map. */
export interface RuleFlags extends RuleRequest {
  /** `tile_meta.csv` with the dataset and slide of each image. */
  readonly tileMeta?: string;
}

export function addRuleFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--rule <names>',
        'run, run:iou, run:ap, notebook, or a JSON file; several with commas: what any finds',
      )
        .argParser(commaList)
        .default(['run'], 'run'),
    )
    .option('--cutoff <p>', "in place of the rule's cutoffs: vessel is above it", probability)
    .option(
      '--low <p>',
      'lower cutoff: a vessel goes down to it around a pixel above the other',
      probability,
    )
    .option(
      '--weak <p>',
      'also weaker vessels, above this cutoff, where there is no other; or none',
      orNone(probability),
    )
    .option('--max-hole <px>', 'fill holes of up to so many pixels', integerFrom(0))
    .option(
      '--split <px>',
      'split touching vessels at necks narrower by so much; 2, say, or none',
      orNone(numberBetween(1 / 16, 1000)),
    )
    .option('--min-area <px>', 'drop vessels of fewer pixels', integerFrom(0))
    .option('--glomeruli <file>', 'drop vessels inside: .jsonl of tiles, or .geojson')
    .option('--max-inside <x>', 'share that may lie inside (default: 0.5)', probability)
    .option('--dilate <px>', 'make vessels larger by so much', numberBetween(0, 1000))
    .option(
      '--size-scale <px>',
      'confidence: mean probability times 1 - exp(-area / px); 0 for the mean',
      integerFrom(0),
    )
    .option('--calibrated', 'confidence: the share of right ones that vascula calibrate found')
    .option(
      '--max-iou <x>',
      'of vessels of several rules that overlap more, keep the surest (default: 0.5)',
      probability,
    )
    .option('--tile-meta <csv>', 'tile_meta.csv: slides of the images, for rules by slide');
}

/** Said in the help of each command that has the flags. */
export const ruleHelp = `
Vessels are made of the probability by a rule, in the order of the flags: cutoffs, weaker ones, holes,
splitting, least area, glomeruli, dilation, confidence. The rule "run" is what vascula calibrate stored
with the run (run:iou and run:ap name one of two); where it stored none it is "notebook": connected
components (8 neighbours) above the run's cutoff, their mean probability as confidence. Flags replace
single values of the rule, --cutoff both cutoffs: with --rule notebook it is the only cutoff there is, with
a stored rule all else stays as stored. A JSON file has fields such as {"low": 0.4, "high": 0.6,
"minimumArea": 32}, as --json prints them.`;

/** The rules that flags ask for, said on the terminal. Throws InputError as `usedRules`. */
export async function rulesOf(
  terminal: Terminal,
  run: Run,
  flags: RuleFlags,
  use: Objective,
): Promise<UsedRules> {
  const { describeUsedRule, usedRules } = await import('../rules/index.js');
  const used = await usedRules(run, flags, use);
  for (const rule of used.rules) {
    terminal.err(`Rule ${describeUsedRule(rule)}.\n`);
    if (rule.bySlide.length > 0 && flags.tileMeta === undefined)
      terminal.err('Note: which slide an image is of is known with --tile-meta only.\n');
  }
  return used;
}

/** Says where a rule was chosen for other maps: of weights of another epoch, or averaged otherwise. */
export function noteOtherMaps(
  terminal: Terminal,
  { rules }: UsedRules,
  epoch: number,
  tta: PredictionFlags['tta'] = 'none',
): void {
  for (const { chosen } of rules) {
    if (chosen !== undefined && chosen.epoch !== epoch)
      terminal.err(
        `Note: the rule was chosen for the weights of epoch ${chosen.epoch}, and these are of epoch ` +
          `${epoch}: choose again with vascula calibrate.\n`,
      );
    if (chosen !== undefined && chosen.tta !== tta)
      terminal.err(
        `Note: the rule was chosen with --tta ${chosen.tta}, and this is ${tta}: choose again with ` +
          `vascula calibrate --tta ${tta}.\n`,
      );
  }
}

/**
 * Says of an ensemble whose rule is used, and whether the other runs have the same. A rule that was chosen was
 * chosen on the probabilities of its own run.
 */
export async function noteRuleOfFirst(
  terminal: Terminal,
  run: Run,
  others: readonly Run[],
  used: UsedRules,
  flags: RuleFlags,
  use: Objective,
): Promise<void> {
  const ofRun = flags.rule.some((name) => name === 'notebook' || name.startsWith('run'));
  if (others.length === 0 || !ofRun) return;
  const { describeUsedRule, usedRules } = await import('../rules/index.js');
  const described = ({ rules }: UsedRules) => rules.map(describeUsedRule).join('; ');
  const own = described(used);
  const different: string[] = [];
  for (const other of others) {
    const rules = await usedRules(other, flags, use).then(described, () => 'none of that name');
    if (rules !== own) different.push(`${other.folder} has ${rules}`);
  }
  const chosen = used.rules.some(({ chosen }) => chosen !== undefined);
  terminal.err(
    `Note: the rule is that of ${run.folder}, the first run` +
      `${chosen ? ', chosen on its own probabilities' : ''}` +
      `${different.length === 0 ? '; the others have the same' : `; ${different.join('; ')}`}.` +
      ` --rule and --cutoff take another.\n`,
  );
}

/** Opens what the rules need. Throws InputError where a file is at fault. */
export async function detectorOf(
  used: UsedRules,
  { tileMeta }: RuleFlags,
  facts: Omit<ImageFacts, 'slides'>,
  stitched: readonly Pick<TileGroup, 'name' | 'slide'>[] = [],
): Promise<Detector> {
  const [{ openDetector }, { readTileMeta, throwFirstFault }] = await Promise.all([
    import('../rules/index.js'),
    import('../dataset/index.js'),
  ]);
  if (tileMeta === undefined) return openDetector(used, facts);
  const { tiles } = await readTileMeta(tileMeta, throwFirstFault);
  const slides = new Map([
    ...tiles.map((tile) => [tile.id, tile] as const),
    ...stitched.map(({ name, slide }) => [name, slide] as const),
  ]);
  return openDetector(used, { ...facts, slides });
}

/** What a parser takes, or `none`. (Commander knows no null.) */
function orNone<Value>(parse: FlagParser<Value>): FlagParser<Value | 'none'> {
  return (text) => {
    if (text === 'none') return text;
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new InvalidArgumentError(error.message.replace(/\.$/, ', or none.'));
    }
  };
}
