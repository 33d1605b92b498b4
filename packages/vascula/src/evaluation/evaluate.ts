import type { Runtime } from '@vascula/autograd';
import {
  type AssessedTile,
  type Assessment,
  dice,
  type Evaluation,
  type ImageScore,
  InputError,
  iou,
  type NeighbourDifference,
  neighbourDifference,
  summarise,
  tileRocAuc,
} from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import type { PredictionRecord, PredictionRequest } from '../prediction/index.js';
import { type Run, sameNames, seenTiles } from '../run/index.js';
import { type LabelledTile, labelledTiles, requireTiles } from '../training/index.js';
import { assessTiles } from './assess-tiles.js';
import { besideTraining } from './beside-training.js';

export const evaluationSplits = ['val', 'train', 'all'] as const;
export type EvaluationSplit = (typeof evaluationSplits)[number];

export interface EvaluateOptions {
  /** Tiles of the run's validation or training side, or every labelled tile of the dataset. */
  readonly split: EvaluationSplit;
  readonly cutoff: number;
  /** Of the bootstrap's resamples. */
  readonly seed: number;
  /** How probabilities are made; by the run alone, of tiles as they are, unless told. */
  readonly prediction?: PredictionRequest;
}

export interface TileEvaluation extends ImageScore {
  readonly iou: number;
  readonly dice: number;
  /** Of its pixels that count; null unless some are vessel and some are not. */
  readonly rocAuc: number | null;
  /** Null where neither truth nor prediction has a boundary. */
  readonly boundaryF: number | null;
  /** Pixels; null where one of them has none. */
  readonly hd95: number | null;
  /** Vessels in truth, instances found, and how many of these are true positives. */
  readonly vessels: number;
  readonly detections: number;
  readonly truePositives: number;
  /** Whether it touches a training tile of its slide; null where that is not known. */
  readonly besideTraining: boolean | null;
}

export interface RunEvaluation extends Evaluation, Omit<EvaluateOptions, 'seed' | 'prediction'> {
  /** Epoch of the weights. */
  readonly epoch: number;
  /** How probabilities were made. */
  readonly prediction: PredictionRecord;
  /** Vessels one by one, boundaries, probabilities, and the intervals of the headline numbers. */
  readonly assessment: Assessment;
  /** Of validation tiles, where some touch a training tile. */
  readonly neighbours: NeighbourDifference | null;
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
 * Scores a run's best weights on labelled tiles, one whole tile at a time; only numbers are kept of
 * each. Instances are made by the notebook's rule at the cutoff.
 *
 * Throws InputError where a run has no weights yet, the dataset not the run's tiles, or other runs that predict
 * with it were trained on every validation tile; such tiles are left out.
 */
export async function evaluateRun(
  run: Run,
  dataset: Dataset,
  runtime: Runtime,
  { split, cutoff, seed, prediction = {} }: EvaluateOptions,
  hooks: EvaluateHooks,
): Promise<RunEvaluation> {
  const ids = {
    val: () => unseenTiles(run, prediction.others ?? []),
    train: () => run.split.train,
    all: () => labelledTiles(dataset).map((tile) => tile.id),
  }[split]();
  requireTiles(dataset, ids);
  if (ids.length === 0)
    throw new InputError({ path: dataset.folder, problem: 'has no labelled tile to score' });
  const assessed = await assessTiles(
    run,
    ids,
    dataset,
    runtime,
    { cutoff, prediction },
    { ...hooks, progress: (done) => hooks.progress?.(done, ids.length) },
  );
  const { tiles, assessor } = assessed;
  const beside = split === 'val' ? besideTraining(run, dataset) : undefined;
  return {
    split,
    cutoff,
    epoch: assessed.epoch,
    prediction: assessed.prediction,
    ...summarise(tiles),
    assessment: assessor.assessment(seed),
    neighbours: beside?.size ? neighbourDifference(tiles, beside, { seed }) : null,
    tiles: tiles.map((tile) => tileEvaluation(tile, beside)),
    predictionSeconds: assessed.predictionSeconds,
  };
}

/** The validation tiles that no run of an ensemble was trained on. */
function unseenTiles(run: Run, others: readonly Run[]): readonly string[] {
  const comparable = others.filter((other) => sameNames(run.config.data, other.config.data));
  const trained = new Set(comparable.flatMap(({ split }) => seenTiles(split)));
  const unseen = run.split.validation.filter((id) => !trained.has(id));
  if (unseen.length > 0) return unseen;
  const seen = comparable.find(({ split }) => seenTiles(split).includes(run.split.validation[0]));
  throw new InputError({
    path: run.folder,
    problem: `has no validation tile that no other run was trained on: ${seen?.folder} was on the first`,
    expected: 'tiles that none has seen, or the score means nothing',
    hint: 'Score on other tiles with --data DIR --split all',
  });
}

/** What is kept of a tile; `beside` are the validation tiles beside training tiles, where that is known. */
export function tileEvaluation(
  { matched, ranked, ...tile }: AssessedTile,
  beside: ReadonlySet<string> | undefined,
): TileEvaluation {
  return {
    ...tile,
    iou: iou(tile.counts),
    dice: dice(tile.counts),
    rocAuc: tileRocAuc(ranked),
    vessels: matched.truths,
    detections: matched.confidences.length,
    truePositives: matched.truePositive.reduce((sum, one) => sum + one, 0),
    besideTraining: beside?.has(tile.id) ?? null,
  };
}
