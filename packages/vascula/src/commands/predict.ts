import { Command } from 'commander';
import { probability } from './flags.js';
import { startProgress } from './progress.js';
import type { Terminal } from './terminal.js';
import { threadsOption } from './threads-option.js';

interface Flags {
  readonly output: string;
  readonly cutoff?: number;
  readonly threads?: number;
  readonly json?: true;
}

/** `vascula predict RUN PATHS… -o DIR`: probability and mask of each image. */
export function predictCommand(terminal: Terminal): Command {
  return new Command('predict')
    .description('Predict vessels in images: a probability and a mask as PNG for each.')
    .argument('<run>', 'folder of the run')
    .argument('<paths...>', 'images (TIFF, PNG, JPEG; 8-bit RGB), or folders of them')
    .requiredOption('-o, --output <dir>', 'folder to write: new, or empty')
    .option(
      '--cutoff <p>',
      "probability above which a pixel is vessel (default: the run's)",
      probability,
    )
    .addOption(threadsOption())
    .option('--json', 'print one JSON document about what was found')
    .addHelpText(
      'after',
      `
Writes NAME.probability.png (255 times the probability) and NAME.mask.png (0 or 255).

Example:
  $ vascula predict runs/first hubmap/test -o predictions`,
    )
    .action(async (folder: string, paths: readonly string[], flags: Flags) => {
      const [{ withPredictor }, { imageFiles, predictFile }, { claimEmptyFolder }, { jsonText }] =
        await Promise.all([
          import('./with-predictor.js'),
          import('../prediction/index.js'),
          import('../files/index.js'),
          import('../run/index.js'),
        ]);
      const images = await imageFiles(paths);
      await withPredictor(folder, flags.threads, async (predict, run) => {
        await claimEmptyFolder(flags.output);
        const cutoff = flags.cutoff ?? run.config.recipe.cutoff;
        const progress = startProgress(terminal, {
          label: 'Predicting',
          unit: 'images',
          total: images.length,
        });
        const found = [];
        try {
          for (const image of images) {
            terminal.interrupted.throwIfAborted();
            found.push(await predictFile(image, predict, flags.output, cutoff));
            progress.update(found.length);
          }
        } finally {
          progress.finish();
        }
        if (flags.json) terminal.out(jsonText({ cutoff, images: found }));
        else
          for (const { image, mask, vessels, vesselShare } of found)
            terminal.out(
              `${image}: ${vessels} vessels, ${(100 * vesselShare).toFixed(2)} % of the pixels, ${mask}\n`,
            );
      });
    });
}
