/** What a command may touch of the terminal: results go to `out`, progress and messages to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** True where `err` is a terminal that redraws lines: progress may overwrite itself. */
  readonly interactive: boolean;
  /** Aborted by the first Ctrl-C: finish the step, save, stop. The second ends the process. */
  readonly interrupted: AbortSignal;
}
