/** What a command may touch of the terminal: results go to `out`, progress and messages to `err`. */
export interface Terminal {
  /** Writes results as they are: the caller ends its lines. */
  out(text: string): void;
  /** Writes progress and messages as they are: the caller ends its lines. */
  err(text: string): void;
  /** True where `err` is a terminal that redraws lines: progress may overwrite itself. */
  readonly interactive: boolean;
  /** Width of `err` in characters, where it is known: a longer progress line would wrap. */
  readonly columns?: number | undefined;
  /** Aborted by the first Ctrl-C: finish the step, save, stop. The second ends the process. */
  readonly interrupted: AbortSignal;
}
