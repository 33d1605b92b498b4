import type { Terminal } from '../../dist/commands/terminal.js';

/** A terminal that keeps what is written to it. */
export class RecordingTerminal implements Terminal {
  output = '';
  messages = '';
  readonly controller = new AbortController();
  readonly interrupted: Terminal['interrupted'] = this.controller.signal;

  constructor(
    readonly interactive = false,
    readonly columns?: number,
  ) {}

  out(text: string): void {
    this.output += text;
  }

  err(text: string): void {
    this.messages += text;
  }
}
