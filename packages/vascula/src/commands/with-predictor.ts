import { createNodeRuntime } from '@vascula/autograd/node';
import { createPredictor, type Predictor } from '@vascula/core';
import { openRun, type Run, trainedModel } from '../run/index.js';

/** Runs a task with a run's best weights loaded, and lets the engine go afterwards. */
export async function withPredictor<Result>(
  folder: string,
  threads: number | undefined,
  task: (predict: Predictor, run: Run) => Promise<Result>,
): Promise<Result> {
  const run = await openRun(folder);
  const { model } = await trainedModel(run);
  const runtime = await createNodeRuntime({ threads });
  try {
    return await task(createPredictor(runtime, model), run);
  } finally {
    await runtime.close();
  }
}
