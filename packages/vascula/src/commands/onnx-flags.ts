import {
  type ChannelOrder,
  channelOrders,
  type Normalisation,
  type OnnxWishes,
  type OutputKind,
  outputKinds,
} from '@vascula/core';
import { type Command, Option } from 'commander';
import { integerFrom, normalisation, repeated } from './flags.js';

/** What may be said of a network from an ONNX file. */
export interface OnnxFlags {
  readonly freeze?: readonly string[];
  readonly normalise?: Normalisation;
  readonly channelOrder?: ChannelOrder;
  readonly networkOutput?: string;
  readonly outputKind?: OutputKind;
  readonly outputChannel?: number;
}

export const onnxFlags = [
  'freeze',
  'normalise',
  'channelOrder',
  'networkOutput',
  'outputKind',
  'outputChannel',
] as const satisfies readonly (keyof OnnxFlags)[];

export function addOnnxFlags(command: Command): Command {
  return command
    .option(
      '--freeze <pattern>',
      'FILE.onnx: parameters that stay as they are, by their name or that of their node (* stands for any ' +
        'text, /…/ is a regular expression); may be given again',
      repeated,
    )
    .option(
      '--normalise <how>',
      'FILE.onnx: how the image is scaled: imagenet, unit (0 to 1), symmetric (-1 to 1), none (0 to 255), or ' +
        'M,M,M/S,S,S for (x / 255 - M) / S (default: as its metadata say, else imagenet)',
      normalisation,
    )
    .addOption(
      new Option(
        '--channel-order <order>',
        'FILE.onnx: order of its input channels (default: as its metadata say, else rgb)',
      ).choices(channelOrders),
    )
    .option('--network-output <name>', 'FILE.onnx: the output to train, where it has several')
    .addOption(
      new Option(
        '--output-kind <kind>',
        'FILE.onnx: what its output is (default: as its metadata or its last layer say)',
      ).choices(outputKinds),
    )
    .option(
      '--output-channel <n>',
      'FILE.onnx: channel of the output that is vessel, from 0',
      integerFrom(0),
    );
}

/** The flags as the core takes them. */
export function onnxWishes(flags: OnnxFlags): OnnxWishes {
  return {
    output: flags.networkOutput,
    outputChannel: flags.outputChannel,
    outputKind: flags.outputKind,
    channelOrder: flags.channelOrder,
    normalisation: flags.normalise,
    freeze: flags.freeze ?? [],
  };
}
