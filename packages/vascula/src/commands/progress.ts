import type { Terminal } from './terminal.js';

export interface ProgressOptions {
  /** What is going on: `Decoding`. */
  readonly label: string;
  /** What is counted: `tiles`. */
  readonly unit: string;
  readonly total: number;
  /** Adds the process's resident memory. */
  readonly memory?: boolean;
  /** In milliseconds, for tests. */
  readonly now?: () => number;
}

/** A running count on the terminal. */
export interface Progress {
  /** `note` stands at the line's end: `loss 0.412`. */
  update(done: number, note?: string): void;
  /** Ends the line, whether or not all is done. Call it before printing anything else. */
  finish(): void;
}

const REDRAW_MS = 100;
const PLAIN_MS = 5000;
/** A plain line also comes with every tenth, yet not so often that a short job floods a log. */
const PLAIN_TENTH_MS = 1000;

/**
 * Prints `label done/total unit percent, rate, time left, memory, note` on `terminal.err`: one line that
 * redraws itself where the terminal can, else a plain line about every 5 seconds or tenth of the work,
 * and one at the end.
 */
export function startProgress(terminal: Terminal, options: ProgressOptions): Progress {
  const now = options.now ?? (() => performance.now());
  const start = now();
  let last = { at: start, done: 0, line: '' };
  let current = { done: 0, note: '' };

  const print = (at: number) => {
    const line = progressLine(options, current.done, (at - start) / 1000, current.note);
    last = { at, done: current.done, line };
    if (!terminal.interactive) terminal.err(`${line}\n`);
    else terminal.err(`\r${line.slice(0, (terminal.columns ?? 80) - 1)}\x1b[K`);
  };
  const isDue = (at: number): boolean => {
    const waited = at - last.at;
    if (terminal.interactive) return last.line === '' || waited >= REDRAW_MS;
    const tenths = Math.floor((current.done * 10) / options.total);
    const lastTenths = Math.floor((last.done * 10) / options.total);
    return waited >= PLAIN_MS || (tenths > lastTenths && waited >= PLAIN_TENTH_MS);
  };

  return {
    update(done, note = '') {
      current = { done, note };
      const at = now();
      if (isDue(at)) print(at);
    },
    finish() {
      if (last.line === '' || last.done !== current.done) print(now());
      if (terminal.interactive) terminal.err('\n');
    },
  };
}

function progressLine(
  { label, unit, total, memory }: ProgressOptions,
  done: number,
  seconds: number,
  note: string,
): string {
  const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
  const rate = done / seconds;
  const known = done > 0 && seconds > 0;
  return [
    `${label} ${done}/${total} ${unit} ${percent}%`,
    known ? `${formatRate(rate)} ${unit}/s` : undefined,
    known && done < total ? `${formatDuration((total - done) / rate)} left` : undefined,
    memory ? `${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB` : undefined,
    note === '' ? undefined : note,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

function formatRate(rate: number): string {
  return rate >= 10 ? rate.toFixed(0) : rate.toPrecision(2);
}

/** Seconds as `8 s`, `3 min 05 s` or `2 h 10 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
