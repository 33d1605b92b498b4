import type { Runtime } from '@vascula/autograd';
import {
  type AssessedTile,
  type Assessment,
  type AssessmentRow,
  type CrossedCutoff,
  crossedCutoff,
  deviationOf,
  type Evaluation,
  headlineLabels,
  headlineNames,
  meanOf,
  type NeighbourDifference,
  neighbourDifference,
  summarise,
} from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import type { Folds } from '../folds/index.js';
import type { PredictionRecord, PredictionRequest } from '../prediction/index.js';
import { requireTiles } from '../training/index.js';
import { type AssessHooks, assessorAt, assessTiles } from './assess-tiles.js';
import { besideTraining } from './beside-training.js';
import { type TileEvaluation, tileEvaluation } from './evaluate.js';

/** Numbers that are shown of each fold, in their order. */
export const foldScoreLabels = {
  ...headlineLabels,
  pixelAveragePrecision: 'AP of pixels',
} as const;

export type FoldScoreName = keyof typeof foldScoreLabels;

export const foldScoreNames = Object.keys(foldScoreLabels) as readonly FoldScoreName[];

/** Null where a number is undefined on a fold's tiles. */
export type FoldScores = Readonly<Record<FoldScoreName, number | null>>;

/** How one fold's best weights do on the tiles they were not trained on. */
export interface FoldEvaluation {
  /** From 1. */
  readonly number: number;
  /** Epoch of the weights. */
  readonly epoch: number;
  readonly trainingTiles: number;
  readonly images: number;
  readonly slides: number;
  readonly scores: FoldScores;
  readonly predictionSeconds: number;
}

/** A number's mean over the folds in which it is defined, and how it varies between them (over n - 1). */
export interface AcrossFolds {
  readonly mean: number | null;
  readonly standardDeviation: number | null;
}

export interface FoldTileEvaluation extends TileEvaluation {
  /** The fold that it was validated in. */
  readonly fold: number;
}

/** How probabilities were made; each fold's by its own weights. */
export type FoldsPrediction = Omit<PredictionRecord, 'runs'>;

/** A cross-validation as one evaluation: every tile by the weights that were not trained on it. */
export interface FoldsEvaluation extends Evaluation {
  readonly cutoff: number;
  readonly prediction: FoldsPrediction;
  readonly folds: readonly FoldEvaluation[];
  readonly acrossFolds: Readonly<Record<FoldScoreName, AcrossFolds>>;
  /** Of all tiles together, not a mean over folds. */
  readonly assessment: Assessment;
  /** Cutoffs chosen on other folds, and what they score; null where there are no others. */
  readonly crossedCutoff: CrossedCutoff | null;
  /** Of all tiles, each against the training tiles of its own fold. */
  readonly neighbours: NeighbourDifference | null;
  readonly tiles: readonly FoldTileEvaluation[];
  readonly predictionSeconds: number;
}

export interface EvaluateFoldsHooks extends Omit<AssessHooks, 'progress'> {
  progress?(done: number, total: number): void;
}

export interface EvaluateFoldsOptions {
  readonly cutoff: number;
  /** Of the bootstrap's resamples. */
  readonly seed: number;
  /** How each fold makes its probabilities; of tiles as they are, unless told. */
  readonly prediction?: Omit<PredictionRequest, 'others'>;
}

/** Runs a task on an engine of its own: programs of one fold do not wait in memory for the next. */
export type WithRuntime = <Result>(task: (runtime: Runtime) => Promise<Result>) => Promise<Result>;

/**
 * Scores every validation tile of a cross-validation by its own fold's best weights, and all of them as
 * one evaluation: overall, by (dataset, source), fold by fold, intervals over all tiles.
 *
 * Throws InputError where a fold has no weights yet, or the dataset not the tiles.
 */
export async function evaluateFolds(
  { runs }: Pick<Folds, 'runs'>,
  dataset: Dataset,
  withRuntime: WithRuntime,
  { cutoff, seed, prediction = {} }: EvaluateFoldsOptions,
  hooks: EvaluateFoldsHooks,
): Promise<FoldsEvaluation> {
  const total = runs.reduce((sum, { split }) => sum + split.validation.length, 0);
  for (const { split } of runs) requireTiles(dataset, split.validation);
  const all = assessorAt(cutoff);
  const byFold: (readonly AssessedTile[])[] = [];
  const beside = new Set<string>();
  const tiles: FoldTileEvaluation[] = [];
  const folds: FoldEvaluation[] = [];
  const records: PredictionRecord[] = [];
  for (const [at, run] of runs.entries()) {
    const { validation, train } = run.split;
    const done = tiles.length;
    const one = await withRuntime((runtime) =>
      assessTiles(
        run,
        validation,
        dataset,
        runtime,
        { cutoff, prediction },
        { ...hooks, progress: (here) => hooks.progress?.(done + here, total) },
      ),
    );
    records.push(one.prediction);
    const { overall } = one.assessor.assessment(seed);
    folds.push({
      number: at + 1,
      epoch: one.epoch,
      trainingTiles: train.length,
      images: overall.images,
      slides: overall.slides,
      scores: foldScores(overall),
      predictionSeconds: one.predictionSeconds,
    });
    const touching = besideTraining(run, dataset);
    byFold.push(one.tiles);
    for (const tile of one.tiles) {
      tiles.push({ fold: at + 1, ...tileEvaluation(tile, touching) });
      if (touching?.has(tile.id)) beside.add(tile.id);
    }
    all.include(one.assessor);
  }
  const assessed = byFold.flat();
  return {
    cutoff,
    prediction: together(records),
    folds,
    acrossFolds: acrossFolds(folds),
    ...summarise(assessed),
    assessment: all.assessment(seed),
    crossedCutoff: crossedCutoff(byFold, { seed }) ?? null,
    neighbours: beside.size > 0 ? neighbourDifference(assessed, beside, { seed }) : null,
    tiles,
    predictionSeconds: folds.reduce((sum, { predictionSeconds }) => sum + predictionSeconds, 0),
  };
}

/** All folds are asked for the same; images are added up. */
function together(records: readonly PredictionRecord[]): FoldsPrediction {
  const { runs: _, images, ...asked } = records[0] as PredictionRecord;
  const sum = (how: keyof typeof images) =>
    records.reduce((total, record) => total + record.images[how], 0);
  return {
    ...asked,
    images: { whole: sum('whole'), exact: sum('exact'), blended: sum('blended') },
  };
}

function foldScores({ headlines, ...row }: AssessmentRow): FoldScores {
  const values = headlineNames.map((name) => [name, headlines[name].value] as const);
  return {
    ...(Object.fromEntries(values) as Record<(typeof headlineNames)[number], number | null>),
    pixelAveragePrecision: row.pixelAveragePrecision?.value ?? null,
  };
}

function acrossFolds(folds: readonly FoldEvaluation[]): FoldsEvaluation['acrossFolds'] {
  const across = foldScoreNames.map((name) => {
    const values = folds.map(({ scores }) => scores[name]).filter((value) => value !== null);
    return [name, { mean: meanOf(values), standardDeviation: deviationOf(values) }] as const;
  });
  return Object.fromEntries(across) as Record<FoldScoreName, AcrossFolds>;
}
