import { Command } from 'commander';
import { deviceOption, type EngineFlags } from './device-option.js';
import type { Terminal } from './terminal.js';
import { threadsOption } from './threads-option.js';

export interface DemoFlags extends EngineFlags {
  readonly json?: true;
}

/** `vascula demo [DIR]`: the whole way from tiles to a submission, on a synthetic dataset. */
export function demoCommand(terminal: Terminal): Command {
  return new Command('demo')
    .description('Make a synthetic dataset, train on it, evaluate, write a submission.')
    .argument('[dir]', 'folder to write: new, or empty (default: demo, or the next demo-N)')
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'print one JSON document about where everything is; the rest goes to stderr')
    .addHelpText(
      'after',
      `
Takes about three minutes on two cores. Each step is an ordinary command, printed before it runs.

Example:
  $ vascula demo`,
    )
    .action(async (dir: string | undefined, flags: DemoFlags) => {
      const { demonstrate } = await import('./demonstrate.js');
      await demonstrate(terminal, dir, flags);
    });
}
