import { Command, Option } from 'commander';
import { addDataFlags, type DataFlags } from './data-flags.js';
import { deviceOption, type EngineFlags } from './device-option.js';
import { integerFrom, probability } from './flags.js';
import { addPredictionFlags, type PredictionFlags } from './prediction-flags.js';
import type { Terminal } from './terminal.js';
import { threadsOption } from './threads-option.js';

export interface EvaluateFlags extends EngineFlags, PredictionFlags, DataFlags {
  readonly data?: string;
  readonly split: 'val' | 'train' | 'all';
  readonly cutoff?: number;
  readonly seed: number;
  readonly pictures?: string;
  readonly json?: true;
}

/** `vascula evaluate RUN`: IoU of a run's best weights, or of all folds', overall and by (dataset, source). */
export function evaluateCommand(terminal: Terminal): Command {
  const command = new Command('evaluate')
    .description("Score a run's best weights on labelled tiles.")
    .argument('<run>', 'folder of the run, or of the runs of vascula train --folds')
    .option('--data <dir>', 'dataset folder (default: the one the run was trained on)');
  addDataFlags(command, 'run')
    .addOption(
      new Option('--split <side>', "the run's validation or training tiles, or every labelled tile")
        .choices(['val', 'train', 'all'])
        .default('val'),
    )
    .option(
      '--cutoff <p>',
      "probability above which a pixel is vessel (default: the run's)",
      probability,
    )
    .option('--seed <k>', "decides the bootstrap's resamples", integerFrom(0), 0);
  return addPredictionFlags(command)
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--pictures <dir>', 'write a picture of each tile into this folder: new, or empty')
    .option('--json', 'print one JSON document, with the counts of every tile')
    .addHelpText(
      'after',
      `
IoU and Dice are means over tiles; a tile without vessel scores 1 where nothing was predicted, else 0.
Pooled counts all pixels together. Row IoU is the source notebook's definition (a mean over image rows,
where a row empty in both counts 1): it is there to be compared with the notebook, and flatters.

Vessels one by one: the components above the cutoff, as the notebook submits them, against the
outlines. AP is the competition's average precision at IoU 0.6. Intervals are 95 % by the bootstrap:
drawing tiles says how much tiles vary; drawing whole slides is what speaks of other slides, and takes
many of them.

Of a folder of folds every tile is scored by the fold that was not trained on it: fold by fold, and all
tiles as one evaluation. With --data DIR --split all their mean is scored on all labelled tiles there.

Where validation tiles lie beside training tiles, their score is held against that of the others.

With other runs (--with) probabilities are averaged, and of the validation tiles those count that no run was
trained on.

A picture shows the tile, the truth (green), the prediction (red), and both over the tile: found
pixels yellow, missed ones green, wrongly claimed ones red.

Example:
  $ vascula evaluate runs/first --cutoff 0.5 --pictures pictures
  $ vascula evaluate runs/first --data drive --images 'images/*.tif' --masks '1st_manual/*.gif' --split all`,
    )
    .action(async (folder: string, flags: EvaluateFlags) => {
      // The engine and the image decoder load slowly: not before the command line is known to be good.
      const { holdsFolds } = await import('../folds/index.js');
      // On other data there is no fold of a tile: its folds are an ensemble there.
      const isElsewhere = flags.split === 'all' && flags.data !== undefined;
      if (!isElsewhere && (await holdsFolds(folder))) {
        const { evaluateFoldsHere } = await import('./evaluate-folds-here.js');
        return evaluateFoldsHere(terminal, folder, flags);
      }
      const { evaluateHere } = await import('./evaluate-here.js');
      return evaluateHere(terminal, folder, flags);
    });
}
