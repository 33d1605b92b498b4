import { Command } from 'commander';
import { addPageFlags, type ReportFlags } from './report.js';
import type { Terminal } from './terminal.js';

export interface CompareFlags extends ReportFlags {
  readonly output: string;
}

/** `vascula compare RUN RUN … -o OUT`: a page about several runs. */
export function compareCommand(terminal: Terminal): Command {
  const command = new Command('compare')
    .description('Write a page about several runs side by side, and test whether they differ.')
    .argument('<runs...>', 'folders of the runs, two or more')
    .requiredOption('-o, --output <dir>', 'folder of the page: new, or empty');
  return addPageFlags(command)
    .addHelpText(
      'after',
      `
Each run's best weights are scored on its own validation tiles, at its own cutoff. The runs are compared
on the tiles that all of them validated, the same pixels with the same truth; where there are none, the
page says so. Written as by vascula report.

Folders of vascula train --folds are compared with each other: tile by tile, each tile scored by the fold
that was not trained on it.

Example:
  $ vascula compare runs/unet runs/fcn -o unet-and-fcn`,
    )
    .action(async (folders: string[], flags: CompareFlags) => {
      if (folders.length < 2) command.error('error: one run given; expected two or more');
      // The engine and the image decoder load slowly: not before the command line is known to be good.
      const { holdsFolds } = await import('../folds/index.js');
      const areFolds = await Promise.all(folders.map(holdsFolds));
      if (areFolds.every((isOfFolds) => isOfFolds)) {
        const { compareFoldsHere } = await import('./compare-folds-here.js');
        return compareFoldsHere(terminal, folders, flags);
      }
      const { compareHere } = await import('./compare-here.js');
      return compareHere(terminal, folders, flags);
    });
}
