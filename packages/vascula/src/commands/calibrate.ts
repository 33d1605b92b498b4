import type { Objective } from '@vascula/core';
import { Command, Option } from 'commander';
import { ttaOption } from './prediction-flags.js';
import { addPageFlags, type ReportFlags } from './report.js';
import type { Terminal } from './terminal.js';

export interface CalibrateFlags extends ReportFlags {
  readonly by?: Objective;
}

/** `vascula calibrate RUN`: how vessels are best made of a run's probability. */
export function calibrateCommand(terminal: Terminal): Command {
  const command = new Command('calibrate')
    .description("Choose how vessels are made of a run's probability, on its validation tiles.")
    .argument('<run>', 'folder of the run')
    .addOption(
      new Option(
        '--by <score>',
        'mean IoU a tile, or AP at IoU 0.6 (default: a rule by each)',
      ).choices(['iou', 'ap'] satisfies Objective[]),
    )
    .option('-o, --output <dir>', 'folder of the page: new, or empty (default: RUN/calibration)');
  return addPageFlags(command)
    .addOption(ttaOption())
    .addHelpText(
      'after',
      `
Searches cutoffs, weaker candidates, holes, splitting, least area, dilation and confidence, from the
notebook's rule (cutoff 0.8, mean probability) on; for slides of 8 tiles and more by themselves too. What
is gained is estimated on tiles that had no part in the choice: the search is repeated without each fifth
of the tiles in turn. Only what gains so is kept: all values, the cutoff alone, or the notebook's rule.

Only validation tiles of the run are used. The rules are stored in RUN/postprocessing.json, in place of
earlier ones: predict takes the one by IoU, submit the one by AP, either the other where it is the only
one. The page has curves, scores and tiles before and after. A rule chosen with --tta is for
predictions with the same.

Example:
  $ vascula calibrate runs/first
  $ vascula submit runs/first hubmap -o submission.csv`,
    )
    .action(async (folder: string, flags: CalibrateFlags) => {
      // The engine and the image decoder load slowly: not before the command line is known to be good.
      const { calibrateHere } = await import('./calibrate-here.js');
      await calibrateHere(terminal, folder, flags);
    });
}
