import { type Command, Option } from 'commander';
import type { PredictionRequest } from '../prediction/index.js';
import type { Run } from '../run/index.js';
import { type FlagParser, integerBetween } from './flags.js';
import type { Terminal } from './terminal.js';

/** What commands that predict are told about how. */
export interface PredictionFlags {
  readonly with?: readonly string[];
  readonly tta?: PredictionRequest['tta'];
  readonly window?: number | 'whole';
  readonly overlap?: number;
}

const MOST_PIXELS = 2 ** 20;

export function addPredictionFlags(command: Command): Command {
  return command
    .option(
      '--with <run>',
      'average with another run, or with all runs of a folder of folds; may be given again',
      (folder: string, earlier: readonly string[] = []) => [...earlier, folder],
    )
    .addOption(ttaOption())
    .option(
      '--window <px>',
      'predict in squares of this side, or whole (default: whole where memory allows)',
      orWhole(integerBetween(1, MOST_PIXELS)),
    )
    .option(
      '--overlap <px>',
      'pixels that squares share (default: twice what the network sees)',
      integerBetween(0, MOST_PIXELS),
    );
}

/** `--tta KIND`, the same for every command that predicts. */
export function ttaOption(): Option {
  return new Option('--tta <kind>', 'average over the image mirrored (4 times), and turned too (8)')
    .choices(['none', 'flips', 'dihedral'] satisfies PredictionFlags['tta'][])
    .default('none');
}

/** Said in the help of each command that has the flags. */
export const predictionHelp = `
Probabilities of several runs (--with) are averaged; the first one decides the rule. An image that does not
fit into the memory is predicted in squares. Where these share twice what the network sees, as they do unless
told otherwise, nothing changes but rounding; else they are averaged, their middles counting most.`;

/** The first run, and the request with the others. Throws InputError as `openRuns`. */
export async function runsOf(
  folder: string,
  { with: others = [], tta, window, overlap }: PredictionFlags,
): Promise<{ readonly run: Run; readonly request: PredictionRequest }> {
  const { openRuns } = await import('../prediction/index.js');
  const [run, ...rest] = await openRuns([folder, ...others]);
  return { run, request: { others: rest, tta, window, overlap } };
}

/** Says what of the prediction is not one network on images as they are. */
export async function notePrediction(
  terminal: Terminal,
  record: Parameters<typeof import('../prediction/index.js').describePrediction>[0],
): Promise<void> {
  const { describePrediction } = await import('../prediction/index.js');
  for (const line of describePrediction(record)) terminal.err(`Note: ${line}\n`);
}

function orWhole(parse: FlagParser<number>): FlagParser<number | 'whole'> {
  return (text) => (text === 'whole' ? text : parse(text));
}
