import { Command, Option } from 'commander';
import type { InputForm } from '../artefact/index.js';
import { commaList, positiveNumber } from './flags.js';
import type { Terminal } from './terminal.js';

export interface ExportFlags {
  readonly output: string;
  readonly input: InputForm;
  readonly pixelSize?: number;
  readonly testTile: boolean;
  /** False: there is none at hand. */
  readonly data?: string | false;
  readonly polygons?: readonly string[];
  readonly json?: true;
}

/** `vascula export RUN -o model.onnx`: a run's best weights for others, and a card about them. */
export function exportCommand(terminal: Terminal): Command {
  return new Command('export')
    .description(
      "Write a run's best weights as an ONNX file that says what it is, with a model card.",
    )
    .argument('<run>', 'folder of the run')
    .requiredOption('-o, --output <file>', 'ONNX file to write, new; the card is .md beside it')
    .addOption(
      new Option(
        '--input <form>',
        'float: planes of numbers, 0 to 255; uint8: pixels as images lie in memory',
      )
        .choices(['float', 'uint8'] satisfies InputForm[])
        .default('float'),
    )
    .option('--pixel-size <µm>', 'side of a pixel of the training tiles', positiveNumber)
    .option('--no-test-tile', 'carry a synthetic test tile: no pixel of the data goes out')
    .option('--data <dir>', 'dataset folder (default: the one the run was trained on)')
    .option('--no-data', 'the data are not at hand: no digest of them, a synthetic test tile')
    .option(
      '--polygons <files>',
      "label files, separated by commas, in the dataset's folder or from here (default: the run's)",
      commaList,
    )
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
The file runs in any ONNX runtime: batch normalisation folded, any batch and size, probability out. Its
metadata hold input and output, sizes, cutoff, a calibrated rule, recipe, split, scores with intervals, a
digest of the training data, and a test tile with what it gives, which vascula verify runs again.

The test tile is a small square of a validation tile: its pixels go out with the model. --no-test-tile
takes a synthetic one. Ids, folders and names of files stay here either way.

Example:
  $ vascula export runs/first -o vessels.onnx --pixel-size 0.5
  $ vascula verify vessels.onnx`,
    )
    .action(async (folder: string, flags: ExportFlags) => {
      // The engine and the image decoder load slowly: not before the command line is known to be good.
      const { exportHere } = await import('./export-here.js');
      await exportHere(terminal, folder, flags);
    });
}
