import type { Model } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import { evaluateFolds, type FoldsEvaluation, type WithRuntime } from '../evaluation/index.js';
import type { Folds } from '../folds/index.js';
import { type EpochRecord, type Run, readHistory } from '../run/index.js';
import { requireTiles } from '../training/index.js';
import { predictTiles, type TilePrediction } from './predict-tiles.js';
import type { PageRequest } from './report-page.js';
import { keepTiles, type ResultsHooks, type TileResult, wholeTileModel } from './results.js';

/** One fold's run, as pages show runs beside each other. */
export interface FoldResults {
  /** `fold 2` */
  readonly name: string;
  readonly run: Run;
  readonly history: readonly EpochRecord[];
  readonly evaluation: FoldsEvaluation['folds'][number];
  /** Those it was validated on. */
  readonly tiles: readonly TileResult[];
}

/** Everything known of a cross-validation: what its folder holds, and every tile out of fold. */
export interface FoldsResults {
  readonly folds: Folds;
  readonly dataset: Dataset;
  /** The network without its weights, for whole tiles. */
  readonly model: Model;
  readonly runs: readonly FoldResults[];
  readonly evaluation: FoldsEvaluation;
  /** Fold by fold. */
  readonly tiles: readonly TileResult[];
  readonly thumbnails: ReadonlyMap<string, Uint8Array>;
}

/** Reads the runs of a cross-validation and evaluates them, each at the cutoff they share. Throws InputError as `evaluateFolds`. */
export async function collectFolds(
  folds: Folds,
  dataset: Dataset,
  withRuntime: WithRuntime,
  { seed, tta }: PageRequest,
  hooks: ResultsHooks,
): Promise<FoldsResults> {
  const { config } = folds.record;
  for (const { split } of folds.runs) requireTiles(dataset, [...split.train, ...split.validation]);
  const { cutoff } = config.recipe;
  const kept = keepTiles(cutoff);
  const evaluation = await evaluateFolds(
    folds,
    dataset,
    withRuntime,
    { cutoff, seed, prediction: { tta } },
    { ...hooks, predicted: kept.predicted },
  );
  const tiles = kept.results(evaluation.tiles);
  const runs: FoldResults[] = [];
  for (const [at, run] of folds.runs.entries()) {
    const own = new Set(run.split.validation);
    runs.push({
      name: `fold ${at + 1}`,
      run,
      history: await readHistory(run.folder),
      evaluation: evaluation.folds[at] as FoldResults['evaluation'],
      tiles: tiles.filter(({ id }) => own.has(id)),
    });
  }
  const model = await wholeTileModel(folds.runs[0] as Run);
  return { folds, dataset, model, runs, evaluation, tiles, thumbnails: kept.thumbnails };
}

/** Predicts some tiles once more, each by the fold that was validated on it. */
export async function* predictOutOfFold(
  { folds, dataset, evaluation }: Pick<FoldsResults, 'folds' | 'dataset' | 'evaluation'>,
  withRuntime: WithRuntime,
  ids: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<TilePrediction> {
  for (const run of folds.runs) {
    const own = new Set(run.split.validation);
    const wanted = ids.filter((id) => own.has(id));
    if (wanted.length === 0) continue;
    yield* await withRuntime(async (runtime) => {
      const predicted: TilePrediction[] = [];
      const { tta } = evaluation.prediction;
      for await (const one of predictTiles(run, dataset, runtime, wanted, { tta }, signal))
        predicted.push(one);
      return predicted;
    });
  }
}
