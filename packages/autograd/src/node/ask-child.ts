import { fork } from 'node:child_process';

/** How a child process ended that gave no answer. */
export class ChildDied extends Error {
  override readonly name = 'ChildDied';
}

/**
 * Runs a script in a process of its own and resolves to the first message it sends. What native code
 * prints, and its way of ending a process, stay there: rejects with ChildDied, and the last line that
 * was printed, where the process ends or `timeout` (milliseconds) passes before a message.
 */
export function askChild<Answer>(
  script: URL,
  args: readonly string[],
  timeout: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(script, args, {
      // Flags of this process are about its own script.
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // JSON has no NaN.
      serialization: 'advanced',
    });
    let printed = '';
    let answered = false;
    const timer = setTimeout(() => {
      printed = `no answer within ${timeout / 1000} s`;
      child.kill('SIGKILL');
    }, timeout);
    child.stderr?.on('data', (text) => {
      printed = `${printed}${text}`.slice(-2000);
    });
    child.on('message', (answer) => {
      answered = true;
      resolve(answer as Answer);
      // What native code does while it is taken down has no more say.
      child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (answered) return;
      const last = printed.trim().split('\n').at(-1);
      reject(new ChildDied(`${signal ?? `exit code ${code}`}${last ? `: ${last}` : ''}`));
    });
  });
}
