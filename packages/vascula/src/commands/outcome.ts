/** Exit codes of the command line, as the house keeps them. */
export const EXIT = { success: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/**
 * Thrown by a command that did its work and printed the answer, and the answer is no (`vascula check`
 * found faults): exit 1 without another message.
 */
export class NegativeOutcome extends Error {
  override readonly name = 'NegativeOutcome';
}

/** The reason of `terminal.interrupted`; `signal.throwIfAborted()` throws it, and the exit is 130. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor() {
    super('interrupted');
  }
}
