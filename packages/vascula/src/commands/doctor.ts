import { Command } from 'commander';
import { NegativeOutcome } from './outcome.js';
import type { Terminal } from './terminal.js';

/** `vascula doctor`: what this machine offers, and what to do where something is missing. */
export function doctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .description('Say what this machine offers: devices to compute on, and what they lack.')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Every device computes a small training step and is compared with numbers that PyTorch computed.

Exit status: 0 where the processor computes right, 1 where it does not.

Example:
  $ vascula doctor`,
    )
    .action(async ({ json }: { json?: true }) => {
      const { describeExamination, examine } = await import('../doctor/index.js');
      const examination = await examine((device) => terminal.err(`Trying ${device} …\n`));
      terminal.out(
        json ? `${JSON.stringify(examination, undefined, 2)}\n` : describeExamination(examination),
      );
      if (!examination.usable) throw new NegativeOutcome();
    });
}
