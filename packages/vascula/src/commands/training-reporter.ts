import type { Run } from '../run/index.js';
import type { TrainHooks } from '../training/index.js';
import { formatDuration, type Progress, startProgress } from './progress.js';
import type { Terminal } from './terminal.js';

/** Shows a training run on the terminal: a progress line while it works, a line for each epoch. */
export function trainingReporter(terminal: Terminal, run: Run): TrainHooks & { finish(): void } {
  const { recipe } = run.config;
  const { validation } = run.split;
  const start = performance.now();
  let current: { label: string; progress: Progress } | undefined;
  let epochsHere = 0;

  const finish = (): void => {
    current?.progress.finish();
    current = undefined;
  };
  const show = (label: string, unit: string, done: number, total: number, note: string): void => {
    if (current?.label !== label) {
      finish();
      current = { label, progress: startProgress(terminal, { label, unit, total, memory: true }) };
    }
    current.progress.update(Math.min(done, total), note);
  };
  return {
    signal: terminal.interrupted,
    stepped: ({ epoch, done, total, loss, waitedShare }) => {
      const note = `loss ${loss.toFixed(3)}, ${percent(waitedShare)} waiting for data`;
      show(`Epoch ${epoch}/${recipe.epochs}`, 'tiles', done, total, note);
    },
    validated: ({ epoch, done }) =>
      show(`Validating ${epoch}/${recipe.epochs}`, 'tiles', done, validation.length, ''),
    epochEnded: (record) => {
      finish();
      epochsHere++;
      const seconds = (performance.now() - start) / 1000;
      const left = (seconds / epochsHere) * (recipe.epochs - record.epoch);
      terminal.err(
        `epoch ${record.epoch}/${recipe.epochs}  train loss ${record.trainLoss.toFixed(3)}  ` +
          `validation loss ${record.validationLoss.toFixed(3)}  ` +
          `IoU ${record.validationIou.toFixed(3)} a tile, ${record.validationPooledIou.toFixed(3)} pooled  ` +
          `${record.seconds.toFixed(1)} s (${percent(record.waitedSeconds / record.seconds)} waiting for data)` +
          `${left > 0 ? `, ${formatDuration(left)} left in all` : ''}${record.best ? '  kept' : ''}\n`,
      );
    },
    finish,
  };
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
