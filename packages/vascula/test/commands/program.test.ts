import { InputError } from '@vascula/core';
import { Command } from 'commander';
import { afterEach, expect, test } from 'vitest';
import { Interrupted, NegativeOutcome } from '../../dist/commands/outcome.js';
import { runProgram } from '../../dist/commands/program.js';
import { RecordingTerminal } from '../support/terminal.js';

/** A program of one command `act` that does what it is told. */
async function run(act: (terminal: RecordingTerminal) => unknown, args = ['act']) {
  const terminal = new RecordingTerminal();
  const code = await runProgram(args, terminal, [
    () =>
      new Command('act').action(async () => {
        await act(terminal);
      }),
  ]);
  return { code, output: terminal.output, messages: terminal.messages };
}

const fail = (error: unknown) => () => {
  throw error;
};

afterEach(() => {
  delete process.env.VASCULA_DEBUG;
});

test('success', async () => {
  expect(await run((terminal) => terminal.out('done\n'))).toEqual({
    code: 0,
    output: 'done\n',
    messages: '',
  });
});

test('a fault of the input: its message, 1', async () => {
  const error = new InputError({ path: 'a.csv', line: 3, problem: 'is odd' });
  expect(await run(fail(error))).toEqual({
    code: 1,
    output: '',
    messages: 'error: a.csv:3: is odd\n',
  });
});

test('a negative outcome: 1 and nothing more', async () => {
  expect(await run(fail(new NegativeOutcome()))).toEqual({ code: 1, output: '', messages: '' });
});

test('an error of the system: a sentence, 1', async () => {
  const error = Object.assign(new Error('ENOSPC: no space left'), {
    code: 'ENOSPC',
    path: 'out.png',
  });
  const { code, messages } = await run(fail(error));
  expect([code, messages]).toEqual([
    1,
    'error: out.png cannot be written: no space left on the device\n',
  ]);
});

test('anything else: asks for a report, the stack only for VASCULA_DEBUG=1', async () => {
  const quiet = await run(fail(new TypeError('x is not a function')));
  expect(quiet.code).toBe(1);
  expect(quiet.messages).toContain('unexpected TypeError: x is not a function');
  expect(quiet.messages).toContain('please report it');
  expect(quiet.messages).not.toMatch(/^\s+at /m);
  process.env.VASCULA_DEBUG = '1';
  expect((await run(fail(new TypeError('x')))).messages).toMatch(/^\s+at /m);
  delete process.env.VASCULA_DEBUG;
  expect((await run(fail('text'))).messages).toContain('unexpected text');
});

test('interrupted: 130, whether the command stops by throwing or by returning', async () => {
  const interrupt = (terminal: RecordingTerminal) => terminal.controller.abort(new Interrupted());
  expect((await run(interrupt)).code).toBe(130);
  const thrown = await run((terminal) => {
    interrupt(terminal);
    terminal.interrupted.throwIfAborted();
  });
  expect(thrown).toEqual({ code: 130, output: '', messages: 'Interrupted.\n' });
  const waiting = await run((terminal) => {
    interrupt(terminal);
    throw new DOMException('The operation was aborted', 'AbortError');
  });
  expect(waiting.code).toBe(130);
});

test.each([
  [[], 'Usage: vascula'],
  [['acts'], "error: unknown command 'acts'"],
  [['act', '--fast'], "error: unknown option '--fast'\nSee 'vascula act --help'."],
  [['act', 'more'], "error: too many arguments for 'act'"],
  [['--fast'], "error: unknown option '--fast'"],
])('usage: vascula %s exits 2', async (args, says) => {
  const { code, output, messages } = await run(() => undefined, args);
  expect([code, output]).toEqual([2, '']);
  expect(messages).toContain(says);
  expect(messages).toContain('--help');
});

test.each([[['--help']], [['help']], [['act', '--help']], [['help', 'act']], [['--version']]])(
  '%s goes to stdout and exits 0',
  async (args) => {
    const { code, output, messages } = await run(() => undefined, args);
    expect([code, messages]).toEqual([0, '']);
    expect(output).toMatch(/Usage: vascula|^\d+\.\d+\.\d+/);
  },
);
