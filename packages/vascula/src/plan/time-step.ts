import type { Runtime } from '@vascula/autograd';
import {
  initialParameters,
  type ModelSpec,
  quantileOf,
  type StepTiming,
  Trainer,
} from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import type { Run } from '../run/index.js';
import { openRunFeed, tileSource } from '../training/index.js';

/** Steps before the timed ones: the first build buffers, and wait for the first squares. */
const untimed = 2;

const timed = 7;

/** No further step is timed after so many seconds: steps that long are timed well by one. */
const enough = 20;

/**
 * Times steps of a run with its real squares, and the validation of one of its images; nothing is written.
 * The run needs epochs enough for nine steps. Throws the reason of `signal` once it is aborted.
 */
export async function timeStep(
  { config, split }: Run,
  spec: ModelSpec,
  dataset: Dataset,
  runtime: Runtime,
  { signal, meanPixels }: { readonly signal: AbortSignal; readonly meanPixels: number },
): Promise<StepTiming> {
  const { recipe, data } = config;
  const trainer = await Trainer.create({
    runtime,
    spec,
    recipe,
    tileSize: data.tileSize,
    parameters: initialParameters(recipe.seed),
  });
  const feed = openRunFeed({ config, split, folder: '' }, dataset);
  const seconds: number[] = [];
  try {
    const begin = performance.now();
    for (let step = 1; step <= untimed + timed; step++) {
      signal.throwIfAborted();
      const start = performance.now();
      await trainer.step(await feed.next(), step, recipe.learningRate);
      if (step <= untimed) continue;
      seconds.push((performance.now() - start) / 1000);
      if (performance.now() - begin > 1000 * enough) break;
    }
  } finally {
    await feed.close();
  }
  const { image, mask } = await tileSource(dataset).load(split.validation[0] as string);
  const validation = async () => {
    signal.throwIfAborted();
    const start = performance.now();
    await trainer.validate(image, mask);
    return (performance.now() - start) / 1000;
  };
  // The first time the graph is loaded too.
  await validation();
  return {
    secondsPerStep: quantileOf(seconds, 0.5) as number,
    secondsPerImage: ((await validation()) * meanPixels) / (image.width * image.height),
  };
}
