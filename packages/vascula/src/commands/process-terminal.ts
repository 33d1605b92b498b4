import { EXIT, Interrupted } from './outcome.js';
import type { Terminal } from './terminal.js';

/**
 * The terminal of this process. The first Ctrl-C aborts `interrupted`, the second ends the process at
 * once. A reader that closes the pipe early (`vascula … | head`) is no error: the rest is not written.
 *
 * Nothing is coloured, so NO_COLOR holds by itself; a line is redrawn only on a terminal that can.
 */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  const controller = new AbortController();
  process.on('SIGINT', () => {
    if (controller.signal.aborted) stopAtOnce();
    controller.abort(new Interrupted());
    stderr.write('\nInterrupted: finishing the step under way. Ctrl-C again stops at once.\n');
  });
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    interactive: stderr.isTTY === true && process.env.TERM !== 'dumb',
    get columns() {
      return stderr.columns;
    },
    interrupted: controller.signal,
  };
}

/**
 * Dies of the interrupt itself, which a shell reports as 130. `process.exit` would wait for the engine's
 * worker to come back from its step, a minute with a large network, and then crash in its teardown.
 */
function stopAtOnce(): void {
  if (process.platform === 'win32') process.exit(EXIT.interrupted);
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
}
