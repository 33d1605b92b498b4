import { InputError } from '@vascula/core';
import { Command, CommanderError } from 'commander';
import { systemFault } from '../files/index.js';
import { EXIT, Interrupted, NegativeOutcome } from './outcome.js';
import type { Terminal } from './terminal.js';
import { version } from './version.js';

// The frame of the command line. A command is a file `NAME.ts` that exports
// `NAMECommand(terminal): Command`; it parses with `flags.ts`, calls the product, prints results with
// `terminal.out` and everything else with `terminal.err`, and is listed in `cli.ts`. It never ends the
// process: it returns (exit 0), or throws `InputError` (message, exit 1), `NegativeOutcome` (exit 1), or
// `terminal.interrupted.reason` (exit 130). Its help ends with an example. Whatever is slow to load
// (sharp, zod, the engine) it imports within its action, so that `--help` answers at once.

export type CommandFactory = (terminal: Terminal) => Command;

/** Runs one command line (`args` without node and script) and resolves to its exit code. */
export async function runProgram(
  args: readonly string[],
  terminal: Terminal,
  factories: readonly CommandFactory[],
): Promise<number> {
  const program = new Command('vascula')
    .description('Train, evaluate and run vessel segmentation on kidney histology.')
    .version(version)
    .addHelpText('after', '\nExample:\n  $ vascula check hubmap');
  for (const factory of factories) program.addCommand(factory(terminal));
  frame(program, terminal, 'vascula');
  try {
    if (args.length === 0) program.help({ error: true });
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    return exitCodeOf(error, terminal);
  }
  return terminal.interrupted.aborted ? EXIT.interrupted : EXIT.success;
}

/** Settings that commander does not hand down to commands made elsewhere. */
function frame(command: Command, terminal: Terminal, name: string): void {
  command
    .exitOverride()
    .showHelpAfterError(`See '${name} --help'.`)
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
    });
  for (const child of command.commands) frame(child, terminal, `${name} ${child.name()}`);
}

/** Prints what there is to say about an error that ended a command, and gives its exit code. */
export function exitCodeOf(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) {
    // Commander printed its message; help and version that were asked for end with 0.
    return error.exitCode === 0 ? EXIT.success : EXIT.usage;
  }
  if (error instanceof NegativeOutcome) return EXIT.failure;
  if (error instanceof Interrupted || isAbort(error, terminal)) {
    terminal.err('Interrupted.\n');
    return EXIT.interrupted;
  }
  const fault = systemFault(error);
  if (error instanceof InputError) terminal.err(`error: ${error.message}\n`);
  else if (fault !== undefined) terminal.err(`error: ${fault.path} ${fault.problem}\n`);
  else {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    terminal.err(`error: unexpected ${message}
This is a fault of vascula: please report it with the command you ran.
VASCULA_DEBUG=1 shows where it happened.\n`);
  }
  if (process.env.VASCULA_DEBUG === '1' && error instanceof Error) {
    terminal.err(`${error.stack}\n`);
  }
  return EXIT.failure;
}

/** What an aborted wait of Node's own throws (`AbortError`), once Ctrl-C was pressed. */
function isAbort(error: unknown, { interrupted }: Terminal): boolean {
  return interrupted.aborted && error instanceof Error && error.name === 'AbortError';
}
