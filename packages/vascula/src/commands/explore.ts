import { Command } from 'commander';
import { addDataFlags, type DataFlags, dataHelp } from './data-flags.js';
import { integerBetween } from './flags.js';
import type { Terminal } from './terminal.js';

export interface ExploreFlags extends DataFlags {
  readonly output: string;
  readonly seed: number;
  readonly json?: true;
}

/** `vascula explore DIR -o PAGE`: what a dataset holds, as a page. */
export function exploreCommand(terminal: Terminal): Command {
  const command = new Command('explore')
    .description('Look at a dataset folder: tables, figures and sample tiles as a page.')
    .argument('<dir>', 'dataset folder')
    .requiredOption('-o, --output <page>', 'folder to write: new, or empty');
  return addDataFlags(command, 'folder')
    .option('--seed <k>', 'draws the samples and the splits', integerBetween(0, 2 ** 32 - 1), 0)
    .option('--json', 'print one JSON document with all numbers of the page')
    .addHelpText(
      'after',
      `${dataHelp}

Open PAGE/index.html: it needs no server and no network. Beside it lie every figure as SVG, PNG and
Vega-Lite JSON, every table as CSV, and all numbers as data.json. Faults of the dataset are listed in
the page and are no failure here: see vascula check. Stopped by Ctrl-C, it leaves the folder empty.

Example:
  $ vascula explore hubmap -o pages/hubmap --polygons polygons.jsonl,polygons_approx.jsonl
  $ vascula explore nuclei -o pages/nuclei --images 'images/*.png' --masks 'masks/*.png'`,
    )
    .action(async (dir: string, flags: ExploreFlags) => {
      // The image decoder and the figures load slowly: not before the command line is known to be good.
      const { exploreHere } = await import('./explore-here.js');
      await exploreHere(terminal, dir, flags);
    });
}
