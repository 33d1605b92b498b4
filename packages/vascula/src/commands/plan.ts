import { Command } from 'commander';
import { addDataFlags, type DataFlags, dataHelp } from './data-flags.js';
import { deviceOption, type EngineFlags } from './device-option.js';
import { positiveNumber } from './flags.js';
import { minutesOption } from './minutes-option.js';
import type { Terminal } from './terminal.js';
import { threadsOption } from './threads-option.js';

export interface PlanFlags extends DataFlags, EngineFlags {
  readonly output?: string;
  /** GiB. */
  readonly memory?: number;
  readonly minutes: number;
  readonly timing: boolean;
  readonly json?: true;
}

/** `vascula plan DIR`: measures a dataset and says how to train on it, and why. */
export function planCommand(terminal: Terminal): Command {
  const command = new Command('plan')
    .description('Measure a dataset and plan a training: every setting with its reason.')
    .argument('<dir>', 'dataset folder');
  addDataFlags(command, 'folder');
  return command
    .option('-o, --output <file>', 'the plan as JSON, for vascula train --plan; new')
    .option(
      '--memory <GiB>',
      'memory to plan for (default: what is available here)',
      positiveNumber,
    )
    .addOption(minutesOption().default(60))
    .option(
      '--no-timing',
      'run no step to see how long it takes: about 4000 steps, whatever the time',
    )
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'print the plan as JSON')
    .addHelpText(
      'after',
      `${dataHelp}

Every labelled image is decoded and measured once; then a few steps of the planned training are timed. The
plan may be edited: its settings have the names of the flags of vascula train, whose flags go before it.
docs/plan.md has each rule, with its source.

Example:
  $ vascula plan hubmap -o plan.json
  $ vascula train hubmap --plan plan.json -o runs/planned
  $ vascula train hubmap --preset auto -o runs/planned`,
    )
    .action(async (dir: string, flags: PlanFlags) => {
      // The engine and the image decoder load slowly: not before the command line is known to be good.
      const { planHere } = await import('./plan-here.js');
      await planHere(terminal, dir, flags);
    });
}
