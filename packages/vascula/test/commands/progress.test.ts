import { expect, test } from 'vitest';
import { formatDuration, startProgress } from '../../dist/commands/progress.js';
import { RecordingTerminal } from '../support/terminal.js';

/** Clears the terminal's line from the cursor on. */
const CLEAR = '\x1b[K';
const options = { label: 'Decoding', unit: 'tiles', total: 1000 };

test('redraws one line where the terminal can, at most ten times a second, never wrapping', () => {
  const terminal = new RecordingTerminal(true, 40);
  let time = 0;
  const progress = startProgress(terminal, { ...options, now: () => time });
  for (let done = 1; done <= 1000; done++) {
    time += 2;
    progress.update(done, 'a long note that does not fit in the line');
  }
  progress.finish();
  const drawn = terminal.messages.split('\r').slice(1);
  expect(drawn.length).toBeLessThanOrEqual(22);
  expect(drawn.length).toBeGreaterThan(15);
  for (const line of drawn) expect(line.replace(CLEAR, '').trimEnd().length).toBeLessThan(40);
  expect(drawn.at(-1)).toMatch(/^Decoding 1000\/1000 tiles 100%, 500 tile/);
});

test('prints plain lines at sensible intervals elsewhere', () => {
  const terminal = new RecordingTerminal();
  let time = 0;
  const progress = startProgress(terminal, { ...options, now: () => time });
  for (let done = 1; done <= 1000; done++) {
    time += 100;
    progress.update(done, `loss ${(1 / done).toFixed(3)}`);
  }
  progress.finish();
  const lines = terminal.messages.split('\n');
  expect(lines[0]).toBe('Decoding 50/1000 tiles 5%, 10 tiles/s, 1 min 35 s left, loss 0.020');
  expect(lines.at(-2)).toBe('Decoding 1000/1000 tiles 100%, 10 tiles/s, loss 0.001');
  expect(lines).toHaveLength(21);
  for (const control of ['\r', CLEAR]) expect(terminal.messages).not.toContain(control);
});

test('a short job prints one plain line, a job cut short the line where it ended', () => {
  const terminal = new RecordingTerminal();
  const progress = startProgress(terminal, { ...options, now: () => 0 });
  progress.update(400);
  progress.finish();
  expect(terminal.messages).toBe('Decoding 400/1000 tiles 40%\n');
});

test('shows memory when asked to', () => {
  const terminal = new RecordingTerminal();
  startProgress(terminal, { ...options, memory: true }).finish();
  expect(terminal.messages).toMatch(/^Decoding 0\/1000 tiles 0%, \d+ MiB\n$/);
});

test('durations', () => {
  expect([0, 59.4, 59.6, 185, 3600, 7800].map(formatDuration)).toEqual([
    '0 s',
    '59 s',
    '1 min 00 s',
    '3 min 05 s',
    '1 h 00 min',
    '2 h 10 min',
  ]);
});
