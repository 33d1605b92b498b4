import { Command, Option } from 'commander';
import { commaList, integerBetween, probability } from './flags.js';
import { type Progress, startProgress } from './progress.js';
import type { Terminal } from './terminal.js';

interface Flags {
  readonly data?: string;
  readonly polygons?: readonly string[];
  readonly split: 'val' | 'train' | 'all';
  readonly cutoff?: number;
  readonly threads?: number;
  readonly json?: true;
}

/** `vascula evaluate RUN`: IoU of a run's best weights, overall and by (dataset, source). */
export function evaluateCommand(terminal: Terminal): Command {
  return new Command('evaluate')
    .description("Score a run's best weights on labelled tiles.")
    .argument('<run>', 'folder of the run')
    .option('--data <dir>', 'dataset folder (default: the one the run was trained on)')
    .option(
      '--polygons <files>',
      "label files, separated by commas, relative to the dataset's folder (default: the run's)",
      commaList,
    )
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
    .option(
      '--threads <n>',
      'threads of the engine (default: as many as the machine has)',
      integerBetween(1, 256),
    )
    .option('--json', 'print one JSON document, with the counts of every tile')
    .addHelpText(
      'after',
      `
IoU and Dice are means over tiles; a tile without vessel scores 1 where nothing was predicted, else 0.
Pooled counts all pixels together. Row IoU is the source notebook's definition (a mean over image rows,
where a row empty in both counts 1): it is there to be compared with the notebook, and flatters.

Example:
  $ vascula evaluate runs/first --split val --cutoff 0.5`,
    )
    .action(async (folder: string, flags: Flags) => {
      const [{ createNodeRuntime }, { formatEvaluation }, { openDataset }, { evaluateRun }, runs] =
        await Promise.all([
          import('@vascula/autograd/node'),
          import('@vascula/core'),
          import('../dataset/index.js'),
          import('../evaluation/index.js'),
          import('../run/index.js'),
        ]);
      const run = await runs.openRun(folder);
      const dataset = await openDataset(flags.data ?? run.config.data.folder, {
        polygons: flags.polygons ?? run.config.data.polygons,
      });
      const { split, threads } = flags;
      const cutoff = flags.cutoff ?? run.config.recipe.cutoff;
      const runtime = createNodeRuntime(threads === undefined ? {} : { threads });
      let progress: Progress | undefined;
      try {
        const evaluation = await evaluateRun(
          run,
          dataset,
          runtime,
          { split, cutoff },
          {
            progress(done, total) {
              progress ??= startProgress(terminal, { label: 'Evaluating', unit: 'tiles', total });
              progress.update(done);
            },
            signal: terminal.interrupted,
          },
        ).finally(() => progress?.finish());
        terminal.out(
          flags.json
            ? runs.jsonText(evaluation)
            : `${{ val: 'Validation', train: 'Training', all: 'All labelled' }[split]} tiles, ` +
                `weights of epoch ${evaluation.epoch}, cutoff ${cutoff}:\n${formatEvaluation(evaluation)}\n`,
        );
      } finally {
        await runtime.close();
      }
    });
}
