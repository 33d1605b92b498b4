import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trainingReporter } from '../../dist/commands/training-reporter.js';
import { temporaryFolder } from '../support/folder.js';
import { RecordingTerminal } from '../support/terminal.js';
import { newRun, tinyDataset } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  temporary = await temporaryFolder();
});
afterAll(() => temporary.remove());

test('the line of an epoch and its summary say what share of the time went into waiting for data', async () => {
  const data = await tinyDataset(temporary.path);
  const run = await newRun(data, join(temporary.path, 'run'), { epochs: 2 });
  const terminal = new RecordingTerminal(true, 200);
  const reporter = trainingReporter(terminal, run);
  reporter.stepped?.({ epoch: 1, done: 4, total: 20, loss: 0.41251, waitedShare: 0.034 });
  expect(terminal.messages).toMatch(
    /^\rEpoch 1\/2 4\/20 tiles .*, loss 0\.413, 3 % waiting for data/,
  );
  reporter.epochEnded?.({
    epoch: 1,
    steps: 6,
    trainLoss: 0.5,
    validationLoss: 0.25,
    validationIou: 0.5,
    validationPooledIou: 0.5,
    best: false,
    seconds: 8,
    waitedSeconds: 2,
  });
  expect(terminal.messages).toContain('8.0 s (25 % waiting for data)');
});
