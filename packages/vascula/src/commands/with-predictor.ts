import type { Predictor } from '@vascula/core';
import { openRunPredictor, type RunPredictor } from '../prediction/index.js';
import type { Run } from '../run/index.js';
import type { EngineFlags } from './device-option.js';
import { type PredictionFlags, runsOf } from './prediction-flags.js';
import type { Terminal } from './terminal.js';
import { withEngine } from './with-engine.js';

/**
 * Runs a task with the best weights of a run, and of others that flags name, loaded, and lets the engine go
 * afterwards. The epoch is of the first run's.
 */
export async function withPredictor<Result>(
  terminal: Terminal,
  folder: string,
  flags: EngineFlags & PredictionFlags,
  task: (predict: Predictor, run: Run, epoch: number, opened: RunPredictor) => Promise<Result>,
): Promise<Result> {
  const { run, request } = await runsOf(folder, flags);
  return withEngine(terminal, flags, async (runtime) => {
    const opened = await openRunPredictor(run, runtime, request, terminal.interrupted);
    return task(opened.predict, run, opened.epoch, opened);
  });
}
