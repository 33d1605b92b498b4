import { Command } from 'commander';
import { addDataFlags, type DataFlags } from './data-flags.js';
import { deviceOption, type EngineFlags } from './device-option.js';
import { integerFrom } from './flags.js';
import { type PredictionFlags, ttaOption } from './prediction-flags.js';
import type { Terminal } from './terminal.js';
import { threadsOption } from './threads-option.js';

export interface ReportFlags extends EngineFlags, DataFlags {
  readonly output?: string;
  readonly data?: string;
  readonly seed: number;
  readonly tta?: PredictionFlags['tta'];
  readonly json?: true;
}

/** `vascula report RUN`: a page about a run. */
export function reportCommand(terminal: Terminal): Command {
  const command = new Command('report')
    .description('Write a page about a run: scores, predictions, curves, network, split.')
    .argument('<run>', 'folder of the run, or of the runs of vascula train --folds')
    .option('-o, --output <dir>', 'folder of the page: new, or empty (default: RUN/report)');
  return addPageFlags(command)
    .addOption(ttaOption())
    .addHelpText(
      'after',
      `
Scores the run's best weights on its validation tiles first, at its own cutoff. The page, index.html,
opens from disk and asks the network for nothing; beside it lie every figure as JSON, SVG and PNG, every
table as CSV, and all numbers as data.json, which is what --json prints.

Of a folder of folds it is one page: every tile by the fold that was not trained on it, and the folds
beside each other.

Example:
  $ vascula report runs/first -o first-report`,
    )
    .action(async (folder: string, flags: ReportFlags) => {
      // The engine and the image decoder load slowly: not before the command line is known to be good.
      const { holdsFolds } = await import('../folds/index.js');
      if (await holdsFolds(folder)) {
        const { reportFoldsHere } = await import('./report-folds-here.js');
        return reportFoldsHere(terminal, folder, flags);
      }
      const { reportHere } = await import('./report-here.js');
      return reportHere(terminal, folder, flags);
    });
}

/** What pages about runs are told besides where to be. */
export function addPageFlags(command: Command): Command {
  return addDataFlags(
    command.option('--data <dir>', 'dataset folder (default: the one the run was trained on)'),
    'run',
  )
    .option('--seed <k>', 'decides the tiles shown and the resamples', integerFrom(0), 0)
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'print one JSON document: all numbers of the page');
}
