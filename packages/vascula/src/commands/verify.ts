import { Command } from 'commander';
import { deviceOption, type EngineFlags } from './device-option.js';
import { probability } from './flags.js';
import type { Terminal } from './terminal.js';
import { threadsOption } from './threads-option.js';

export interface VerifyFlags extends EngineFlags {
  readonly tolerance?: number;
  readonly json?: true;
}

/** `vascula verify MODEL.onnx`: whether a model computes here what it computed where it was made. */
export function verifyCommand(terminal: Terminal): Command {
  return new Command('verify')
    .description('Run the test tile of an exported model, and say where the model is from.')
    .argument('<model>', 'ONNX file written by vascula export or vascula train')
    .option(
      '--tolerance <p>',
      'difference of the probability that is allowed (default: 0.001)',
      probability,
    )
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Compares the probability of the embedded test tile with the one it had where the file was made, and the
digests of weights and metadata with those that were written. They show damage and changes; they are no
signature, and say nothing of who made the file. Processors differ by about 1e-6; cuda, with its
TensorFloat-32, may need --tolerance 0.01.

Exit status: 0 where the model is verified, 1 where it is not.

Example:
  $ vascula verify vessels.onnx`,
    )
    .action(async (path: string, flags: VerifyFlags) => {
      // The engine loads slowly: not before the command line is known to be good.
      const { verifyHere } = await import('./verify-here.js');
      await verifyHere(terminal, path, flags);
    });
}
