import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Runtime } from '@vascula/autograd';
import { countedProbability, InputError, type RuleTruth, ruleTruth } from '@vascula/core';
import { type Dataset, type Tile, tileVessels } from '../dataset/index.js';
import { openRunPredictor, type PredictionRequest } from '../prediction/index.js';
import { type Run, runFiles, seenTiles } from '../run/index.js';
import { requireTiles, tileSource } from '../training/index.js';
import type { ProbabilityMaps } from './probability-maps.js';

/** A validation tile that was predicted, and the vessels that are in it. */
export interface PredictedTile {
  readonly tile: Tile;
  readonly truth: RuleTruth;
}

export interface StageHooks {
  progress?(done: number, total: number): void;
  readonly signal: AbortSignal;
}

/**
 * Sees that a rule can be chosen on the validation tiles of a run, and on no tile that it was trained on:
 * `split.json` names none on both sides (`openRun`), and no file is on both under two names.
 *
 * @throws InputError
 */
export async function requireUnseen(
  run: Run,
  dataset: Dataset,
  { progress, signal }: StageHooks,
): Promise<void> {
  const { validation } = run.split;
  requireTiles(dataset, validation);
  const repeated = validation.findIndex((id, at) => validation.indexOf(id) !== at);
  if (repeated >= 0)
    throw new InputError({
      path: runFiles(run.folder).split,
      field: `validation[${repeated}]`,
      problem: `names ${validation[repeated]} a second time`,
      expected: 'each tile once',
    });
  const files = new Map(dataset.tiles.map(({ id, file }) => [id, file]));
  const trained = new Map<string, string>();
  const seen = seenTiles(run.split);
  const total = seen.length + run.split.validation.length;
  let done = 0;
  const digest = async (id: string): Promise<string | undefined> => {
    signal.throwIfAborted();
    const file = files.get(id);
    progress?.(++done, total);
    if (file === undefined) return undefined;
    return createHash('sha256')
      .update(await readFile(file))
      .digest('base64');
  };
  for (const id of seen) {
    // One that is no longer there cannot be compared.
    const name = await digest(id);
    if (name !== undefined) trained.set(name, id);
  }
  for (const id of run.split.validation) {
    const twin = trained.get((await digest(id)) as string);
    if (twin !== undefined)
      throw new InputError({
        path: files.get(id) as string,
        problem: `is the same image as tile ${twin}, which the run was trained on`,
        expected: 'validation tiles that it was not trained on',
        hint: 'Remove one of the two from the dataset, and train again',
      });
  }
}

/**
 * Predicts the validation tiles of a run with its best weights, each once; their maps go to `maps` by the
 * tiles' numbers, 0 where pixels are ignored. Throws InputError where the run has no weights yet.
 */
export async function predictValidation(
  run: Run,
  dataset: Dataset,
  runtime: Runtime,
  prediction: PredictionRequest,
  maps: ProbabilityMaps,
  { progress, signal }: StageHooks,
): Promise<{ readonly epoch: number; readonly tiles: readonly PredictedTile[] }> {
  const { predict, epoch } = await openRunPredictor(run, runtime, prediction, signal);
  const source = tileSource(dataset);
  const tiles: PredictedTile[] = [];
  const ids = run.split.validation;
  for (const id of ids) {
    signal.throwIfAborted();
    const { tile, image, mask } = await source.load(id);
    const { width, height } = image;
    await maps.put(tiles.length, countedProbability(await predict(image), mask));
    const vessels = await tileVessels(tile, mask, image);
    tiles.push({ tile, truth: ruleTruth(vessels, width, height, mask) });
    progress?.(tiles.length, ids.length);
  }
  return { epoch, tiles };
}

/** @throws InputError where no tile holds a vessel, without which there is no AP. */
export function requireVessels({ folder }: Run, tiles: readonly PredictedTile[]): void {
  if (tiles.some(({ truth }) => truth.vessels.length > 0)) return;
  throw new InputError({
    path: runFiles(folder).split,
    field: 'validation',
    problem: `none of the ${tiles.length} tiles holds a vessel`,
    expected: 'at least one, to choose by AP',
    hint: 'Choose with --by iou',
  });
}
