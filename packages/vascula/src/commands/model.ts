import {
  architectures,
  buildModel,
  emptyParameters,
  formatSummary,
  type ModelSpec,
  notebookSpecs,
  summariseModel,
} from '@vascula/core';
import { Argument, Command } from 'commander';
import { integerBetween, oddBetween } from './flags.js';
import type { Terminal } from './terminal.js';

interface Flags extends Partial<ModelSpec> {
  readonly size: number;
  readonly json?: true;
}

/** `vascula model unet|fcn`: the summary table of a network. */
export function modelCommand(terminal: Terminal): Command {
  return new Command('model')
    .description("Print a network's layers, output shapes and parameters.")
    .addArgument(new Argument('<architecture>', 'the network').choices(architectures))
    .option(
      '--base <n>',
      'channels of the first level (default: 48 unet, 64 fcn)',
      integerBetween(1, 1024),
    )
    .option('--depth <n>', 'levels of resolution (default: 5 unet, 4 fcn)', integerBetween(2, 8))
    .option(
      '--kernel <n>',
      'side of the convolutions, odd (default: 5 unet, 3 fcn)',
      oddBetween(1, 15),
    )
    .option(
      '--convolutions <n>',
      'convolutions a level (default: 1 unet, 3 fcn)',
      integerBetween(1, 8),
    )
    .option('--input-channels <n>', 'channels of the image (default: 3)', integerBetween(1, 64))
    .option('--classes <n>', 'maps of logits (default: 1)', integerBetween(1, 256))
    .option('--size <pixels>', 'side of the input', integerBetween(1, 8192), 512)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Without flags this is the network of the notebook. Output shapes are (batch, height, width, channels).

Example:
  $ vascula model unet --base 16 --size 256`,
    )
    .action((architecture: ModelSpec['architecture'], { size, json, ...changes }: Flags) => {
      const spec: ModelSpec = { ...notebookSpecs[architecture], ...changes };
      const input = { batch: 1, height: size, width: size };
      const summary = summariseModel(buildModel(spec, input, emptyParameters));
      terminal.out(
        json ? `${JSON.stringify(summary, undefined, 2)}\n` : `${formatSummary(summary)}\n`,
      );
    });
}
