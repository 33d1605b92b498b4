import {
  buildModel,
  describeOnnx,
  emptyParameters,
  formatSummary,
  importOnnx,
  listParameters,
  type ModelSpec,
  notebookSpecs,
  sizeMultiple,
  summariseModel,
  withLocalContrast,
} from '@vascula/core';
import { Command } from 'commander';
import { integerBetween, isOnnxPath, networkName, oddBetween } from './flags.js';
import { localContrastOption } from './local-contrast-option.js';
import { addOnnxFlags, type OnnxFlags, onnxFlags, onnxWishes } from './onnx-flags.js';
import type { Terminal } from './terminal.js';
import { ownNetworkFlags } from './train-flags.js';

interface Flags extends Partial<ModelSpec>, OnnxFlags {
  readonly size: number;
  readonly json?: true;
}

const ownFlags = [...ownNetworkFlags, 'inputChannels', 'classes'] as const;

/** `vascula model unet|fcn|FILE.onnx`: the summary table of a network. */
export function modelCommand(terminal: Terminal): Command {
  const described = new Command('model')
    .description("Print a network's layers, output shapes and parameters.")
    .argument('<network>', 'unet, fcn, or FILE.onnx that could be fine-tuned', networkName)
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
    .addOption(localContrastOption())
    .option('--input-channels <n>', 'channels of the image (default: 3)', integerBetween(1, 64))
    .option('--classes <n>', 'maps of logits (default: 1)', integerBetween(1, 256));
  const command = addOnnxFlags(described);
  return command
    .option('--size <pixels>', 'side of the input', integerBetween(1, 8192), 512)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Without flags this is the network of the notebook. Output shapes are (batch, height, width, channels).
Of FILE.onnx it prints how train would feed and read it, and which parameters it would train.

Examples:
  $ vascula model unet --base 16 --size 256
  $ vascula model resnet34.onnx --freeze 'encoder.*'`,
    )
    .action(async (network: string, flags: Flags) => {
      const isFile = isOnnxPath(network);
      const given = (isFile ? ownFlags : onnxFlags).find((name) => flags[name] !== undefined);
      const option = command.options.find((known) => known.attributeName() === given);
      if (option !== undefined)
        command.error(
          isFile
            ? `error: ${option.long} describes unet and fcn, not a network from a file`
            : `error: ${option.long} is for FILE.onnx`,
        );
      terminal.out(
        isFile ? await ofFile(network, flags) : ofOurs(network as 'unet' | 'fcn', flags),
      );
    });
}

function ofOurs(architecture: ModelSpec['architecture'], flags: Flags): string {
  const { size, json, localContrast = 0, ...changes } = flags;
  const own: ModelSpec = { ...notebookSpecs[architecture], ...changes };
  const spec = withLocalContrast(own, localContrast);
  const summary = summaryOf(spec, size);
  return json ? jsonLine(summary) : `${formatSummary(summary)}\n`;
}

/** How a file is fed and read, its layers, its parameters. */
async function ofFile(path: string, flags: Flags): Promise<string> {
  const { readOnnxSource } = await import('../run/index.js');
  const { file } = await readOnnxSource(path);
  const { spec, origins } = importOnnx(file, onnxWishes(flags), path);
  const { graph: _, parameters, ...convention } = spec;
  const multiple = sizeMultiple(spec);
  const summary = summaryOf(spec, Math.max(1, Math.round(flags.size / multiple)) * multiple);
  if (flags.json) return jsonLine({ ...convention, origins, parameters, layers: summary.layers });
  const parts = [describeOnnx(spec, origins), [formatSummary(summary)], listParameters(spec)];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function summaryOf(spec: Parameters<typeof buildModel>[0], side: number) {
  return summariseModel(buildModel(spec, { batch: 1, height: side, width: side }, emptyParameters));
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
