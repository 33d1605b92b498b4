import type { Runtime } from '@vascula/autograd';
import { threshold } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import { openRunPredictor, type PredictionRequest } from '../prediction/index.js';
import type { Run } from '../run/index.js';
import { type LabelledTile, tileSource } from '../training/index.js';

export interface TilePrediction {
  readonly labelled: LabelledTile;
  /** 0/1, height * width. */
  readonly prediction: Uint8Array;
}

/** Predicts some tiles of a dataset once more, one at a time: masks 0/1 at the run's cutoff. */
export async function* predictTiles(
  run: Run,
  dataset: Dataset,
  runtime: Runtime,
  ids: Iterable<string>,
  prediction: PredictionRequest,
  signal: AbortSignal,
): AsyncGenerator<TilePrediction> {
  const { predict } = await openRunPredictor(run, runtime, prediction, signal);
  const source = tileSource(dataset);
  for (const id of ids) {
    signal.throwIfAborted();
    const labelled = await source.load(id);
    const probability = await predict(labelled.image);
    yield { labelled, prediction: threshold(probability, run.config.recipe.cutoff) };
  }
}
