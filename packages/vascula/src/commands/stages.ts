import { type Progress, startProgress } from './progress.js';
import type { Terminal } from './terminal.js';

/** Progress of work in several stages, a line for each. */
export interface Stages {
  /** `label` names the stage, `unit` what is counted. */
  update(label: string, unit: string, done: number, total: number): void;
  finish(): void;
}

export function startStages(terminal: Terminal): Stages {
  let current: { readonly label: string; readonly progress: Progress } | undefined;
  return {
    update(label, unit, done, total) {
      if (current?.label !== label) {
        current?.progress.finish();
        current = { label, progress: startProgress(terminal, { label, unit, total }) };
      }
      current.progress.update(done);
    },
    finish: () => current?.progress.finish(),
  };
}
