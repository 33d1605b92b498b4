import { createPredictor, type Predictor } from '@vascula/core';
import { openRun, type Run, trainedModel } from '../run/index.js';
import type { EngineFlags } from './device-option.js';
import type { Terminal } from './terminal.js';
import { withEngine } from './with-engine.js';

/** Runs a task with a run's best weights, of an epoch, loaded, and lets the engine go afterwards. */
export async function withPredictor<Result>(
  terminal: Terminal,
  folder: string,
  flags: EngineFlags,
  task: (predict: Predictor, run: Run, epoch: number) => Promise<Result>,
): Promise<Result> {
  const run = await openRun(folder);
  const { model, epoch } = await trainedModel(run);
  return withEngine(terminal, flags, (runtime) =>
    task(createPredictor(runtime, model), run, epoch),
  );
}
