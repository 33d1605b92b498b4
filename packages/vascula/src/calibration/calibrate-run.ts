import { basename, resolve } from 'node:path';
import type { Runtime } from '@vascula/autograd';
import {
  chooseRule,
  type Objective,
  type RuleChoice,
  type TestTimeAugmentation,
} from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import type { Page } from '../pages/index.js';
import { objectiveNames } from '../rules/index.js';
import type { Postprocessing, Run } from '../run/index.js';
import { calibrationPage } from './calibration-page.js';
import { withMeasureWorkers } from './measure-workers.js';
import { withProbabilityMaps } from './probability-maps.js';
import { storedChoices } from './stored-choices.js';
import {
  type PredictedTile,
  predictValidation,
  requireUnseen,
  requireVessels,
} from './validation-tiles.js';

export interface CalibrateRequest {
  /** What rules are chosen by, one each. */
  readonly by: readonly Objective[];
  /** Of folds, resamples and tiles shown. */
  readonly seed: number;
  /** Symmetries that predictions are averaged over. */
  readonly tta: TestTimeAugmentation;
  /** Of vascula. */
  readonly version: string;
  /** Threads that try rules. */
  readonly threads: number;
}

export interface CalibrateHooks {
  /** Called while one stage of the work goes on: `Predicting`, of so many tiles. */
  progress?(stage: string, unit: string, done: number, total: number): void;
  readonly signal: AbortSignal;
}

/** Rules chosen on the validation tiles of a run. */
export interface RunCalibration {
  /** What the run is called on a page. */
  readonly name: string;
  readonly run: Run;
  /** Of the weights. */
  readonly epoch: number;
  readonly seed: number;
  readonly tta: TestTimeAugmentation;
  readonly tiles: readonly PredictedTile[];
  readonly choices: readonly RuleChoice[];
}

export interface CalibrateResult {
  readonly calibration: RunCalibration;
  readonly page: Page;
  /** To be stored with the run. */
  readonly stored: Postprocessing;
}

/**
 * Chooses rules on the validation tiles of a run, and on no others, and makes the page about them. Each tile
 * is predicted once; nothing is written but maps in a temporary folder.
 *
 * @throws InputError where the dataset has not the run's tiles, a validation tile was trained on, or the run
 *   has no weights.
 */
export async function calibrateRun(
  run: Run,
  dataset: Dataset,
  runtime: Runtime,
  { by, seed, tta, version, threads }: CalibrateRequest,
  { progress, signal }: CalibrateHooks,
): Promise<CalibrateResult> {
  const stage = (name: string, unit: string) => ({
    progress: (done: number, total: number) => progress?.(name, unit, done, total),
    signal,
  });
  await requireUnseen(run, dataset, stage('Comparing', 'files'));
  return withProbabilityMaps(async (maps) => {
    const predicting = stage('Predicting', 'tiles');
    const { epoch, tiles } = await predictValidation(
      run,
      dataset,
      runtime,
      { tta },
      maps,
      predicting,
    );
    if (by.includes('ap')) requireVessels(run, tiles);
    const measurable = tiles.map(({ truth }, at) => ({ map: maps.path(at), truth }));
    const choices = await withMeasureWorkers(measurable, threads, signal, async (measure) => {
      const chosen: RuleChoice[] = [];
      for (const objective of by)
        chosen.push(
          await chooseRule(
            tiles.map(({ tile: { id, dataset, source } }) => ({ id, dataset, source })),
            measure,
            { by: objective, seed, cutoffs: [run.config.recipe.cutoff] },
            stage(`Choosing by ${objectiveNames[objective]}`, 'searches'),
          ),
        );
      return chosen;
    });
    const name = basename(resolve(run.folder));
    const calibration = { name, run, epoch, seed, tta, tiles, choices };
    const drawing = stage('Drawing', 'tiles');
    return {
      calibration,
      page: await calibrationPage(calibration, dataset, maps, drawing),
      stored: storedChoices(calibration, version),
    };
  });
}
