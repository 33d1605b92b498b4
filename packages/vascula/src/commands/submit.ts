import { Command } from 'commander';
import { deviceOption, type EngineFlags } from './device-option.js';
import { probability } from './flags.js';
import { type Progress, startProgress } from './progress.js';
import type { Terminal } from './terminal.js';
import { threadsOption } from './threads-option.js';

interface Flags extends EngineFlags {
  readonly output: string;
  readonly cutoff?: number;
  readonly json?: true;
}

/** `vascula submit RUN DIR -o submission.csv`: the competition's file. */
export function submitCommand(terminal: Terminal): Command {
  return new Command('submit')
    .description("Write the competition's submission.csv: every vessel with its confidence.")
    .argument('<run>', 'folder of the run')
    .argument('<dir>', 'dataset folder (its test/ is predicted), or a folder of images')
    .requiredOption('-o, --output <file>', 'file to write; an existing one is not replaced')
    .option(
      '--cutoff <p>',
      "probability above which a pixel is vessel (default: the run's)",
      probability,
    )
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'print one JSON document about what was written')
    .addHelpText(
      'after',
      `
A vessel is a connected component (8 neighbours) above the cutoff; its confidence is the mean
probability of its pixels.

Example:
  $ vascula submit runs/first hubmap -o submission.csv --cutoff 0.8`,
    )
    .action(async (folder: string, dir: string, flags: Flags) => {
      const [{ withPredictor }, { submissionImages, writeSubmission }, { jsonText }] =
        await Promise.all([
          import('./with-predictor.js'),
          import('../prediction/index.js'),
          import('../run/index.js'),
        ]);
      const images = await submissionImages(dir);
      let progress: Progress | undefined;
      const report = await withPredictor(terminal, folder, flags, (predict, run) =>
        writeSubmission(
          images,
          predict,
          { path: flags.output, cutoff: flags.cutoff ?? run.config.recipe.cutoff },
          {
            progress(done, total) {
              progress ??= startProgress(terminal, { label: 'Predicting', unit: 'images', total });
              progress.update(done);
            },
            signal: terminal.interrupted,
          },
        ),
      ).finally(() => progress?.finish());
      terminal.out(
        flags.json
          ? jsonText(report)
          : `${report.path}: ${report.detections} vessels in ${report.tiles} tiles, cutoff ${report.cutoff}\n`,
      );
    });
}
