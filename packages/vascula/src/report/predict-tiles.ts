import type { Runtime } from '@vascula/autograd';
import { createPredictor, threshold } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import { type Run, trainedModel } from '../run/index.js';
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
): AsyncGenerator<TilePrediction> {
  const { model } = await trainedModel(run);
  const predict = createPredictor(runtime, model);
  const source = tileSource(dataset);
  for (const id of ids) {
    const labelled = await source.load(id);
    const probability = await predict(labelled.image);
    yield { labelled, prediction: threshold(probability, run.config.recipe.cutoff) };
  }
}
