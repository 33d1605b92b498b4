import type { Runtime } from '@vascula/autograd';
import {
  createPredictor,
  dice,
  type Evaluation,
  type ImageScore,
  InputError,
  iou,
  summarise,
} from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import { type Run, trainedModel } from '../run/index.js';
import {
  type LabelledTile,
  labelledTiles,
  requireTiles,
  scoreTile,
  tileSource,
} from '../training/index.js';

export const evaluationSplits = ['val', 'train', 'all'] as const;
export type EvaluationSplit = (typeof evaluationSplits)[number];

export interface EvaluateOptions {
  /** Tiles of the run's validation or training side, or every labelled tile of the dataset. */
  readonly split: EvaluationSplit;
  readonly cutoff: number;
}

export interface TileEvaluation extends ImageScore {
  readonly iou: number;
  readonly dice: number;
}

export interface RunEvaluation extends Evaluation, EvaluateOptions {
  /** Epoch of the weights. */
  readonly epoch: number;
  readonly tiles: readonly TileEvaluation[];
  /** Time spent predicting, without reading: seconds. */
  readonly predictionSeconds: number;
}

export interface EvaluateHooks {
  progress?(done: number, total: number): void;
  /** Called with each tile and its vessel probability (float32, height * width). */
  predicted?(tile: LabelledTile, probability: Float32Array): Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Scores a run's best weights on labelled tiles, one whole tile at a time; only counts are kept of each.
 * Throws InputError where the run has no weights yet, or the dataset not the run's tiles.
 */
export async function evaluateRun(
  run: Run,
  dataset: Dataset,
  runtime: Runtime,
  { split, cutoff }: EvaluateOptions,
  hooks: EvaluateHooks,
): Promise<RunEvaluation> {
  const { model, epoch } = await trainedModel(run);
  const ids = {
    val: run.split.validation,
    train: run.split.train,
    all: labelledTiles(dataset).map((tile) => tile.id),
  }[split];
  requireTiles(dataset, ids);
  if (ids.length === 0)
    throw new InputError({ path: dataset.folder, problem: 'has no labelled tile to score' });
  const predict = createPredictor(runtime, model);
  const source = tileSource(dataset);
  const tiles: ImageScore[] = [];
  let seconds = 0;
  for (const id of ids) {
    hooks.signal.throwIfAborted();
    const labelled = await source.load(id);
    const { tile, image, mask } = labelled;
    const start = performance.now();
    const probability = await predict(image);
    seconds += (performance.now() - start) / 1000;
    tiles.push(scoreTile(tile, mask, probability, image.width, cutoff));
    await hooks.predicted?.(labelled, probability);
    hooks.progress?.(tiles.length, ids.length);
  }
  return {
    split,
    cutoff,
    epoch,
    ...summarise(tiles),
    tiles: tiles.map((tile) => ({ ...tile, iou: iou(tile.counts), dice: dice(tile.counts) })),
    predictionSeconds: seconds,
  };
}
