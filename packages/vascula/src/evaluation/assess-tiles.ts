import type { Runtime } from '@vascula/autograd';
import { type AssessedTile, Assessor, notebookRule } from '@vascula/core';
import { type Dataset, tileVessels } from '../dataset/index.js';
import {
  openRunPredictor,
  type PredictionRecord,
  type PredictionRequest,
} from '../prediction/index.js';
import type { Run } from '../run/index.js';
import { type LabelledTile, scoreTile, tileSource } from '../training/index.js';

export interface AssessHooks {
  /** Called after each tile with how many are done. */
  progress?(done: number): void;
  /** Called with each tile and its vessel probability (float32, height * width). */
  predicted?(tile: LabelledTile, probability: Float32Array): Promise<void>;
  readonly signal: AbortSignal;
}

export interface AssessOptions {
  readonly cutoff: number;
  readonly prediction: PredictionRequest;
}

/** What a run's best weights make of some tiles. */
export interface TileAssessment {
  /** Epoch of the weights. */
  readonly epoch: number;
  /** How probabilities were made. */
  readonly prediction: PredictionRecord;
  readonly tiles: readonly AssessedTile[];
  /** Holds the same tiles. */
  readonly assessor: Assessor;
  /** Time spent predicting, without reading: seconds. */
  readonly predictionSeconds: number;
}

/** Measures by the notebook's rule at a cutoff. */
export function assessorAt(cutoff: number): Assessor {
  return new Assessor({ cutoff, instances: { ...notebookRule, low: cutoff, high: cutoff } });
}

/**
 * Predicts labelled tiles with a run's best weights, one whole tile at a time, and measures them; only
 * numbers are kept of each. Throws InputError where the run has no weights yet.
 */
export async function assessTiles(
  run: Run,
  ids: readonly string[],
  dataset: Dataset,
  runtime: Runtime,
  { cutoff, prediction }: AssessOptions,
  hooks: AssessHooks,
): Promise<TileAssessment> {
  const opened = await openRunPredictor(run, runtime, prediction, hooks.signal);
  const source = tileSource(dataset);
  const assessor = assessorAt(cutoff);
  const tiles: AssessedTile[] = [];
  let predictionSeconds = 0;
  for (const id of ids) {
    hooks.signal.throwIfAborted();
    const labelled = await source.load(id);
    const { tile, image, mask } = labelled;
    const start = performance.now();
    const probability = await opened.predict(image);
    predictionSeconds += (performance.now() - start) / 1000;
    tiles.push(
      assessor.add({
        score: scoreTile(tile, mask, probability, image.width, cutoff),
        width: image.width,
        height: image.height,
        truth: mask,
        vessels: await tileVessels(tile, mask, image),
        probability,
      }),
    );
    await hooks.predicted?.(labelled, probability);
    hooks.progress?.(tiles.length);
  }
  return {
    epoch: opened.epoch,
    prediction: opened.record(),
    tiles,
    assessor,
    predictionSeconds,
  };
}
