// A program in the frame of the real one whose commands wait for Ctrl-C; run by cli.test.ts.
import { once } from 'node:events';
import { Command } from 'commander';
import { processTerminal } from '../../dist/commands/process-terminal.js';
import { runProgram } from '../../dist/commands/program.js';

const terminal = processTerminal();

/** Asks the test for Ctrl-C and waits for it: a listener alone does not keep a process alive. */
async function ask() {
  const alive = setInterval(() => undefined, 1000);
  const pressed = once(terminal.interrupted, 'abort');
  terminal.out('press\n');
  await pressed;
  clearInterval(alive);
}

const tidy = () =>
  new Command('tidy').action(async () => {
    await ask();
    terminal.out('saved\n');
  });

const stubborn = () =>
  new Command('stubborn').action(async () => {
    await ask();
    terminal.out('press\n');
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  });

process.exitCode = await runProgram(process.argv.slice(2), terminal, [tidy, stubborn]);
